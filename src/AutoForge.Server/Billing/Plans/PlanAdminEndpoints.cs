using AutoForge.Server.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Billing.Plans;

internal static class PlanAdminEndpoints
{
    public static void MapPlanAdministration(this IEndpointRouteBuilder app) =>
        app.MapPut("/api/admin/plans/{planId}", UpdateAsync)
            .ForAdmin()
            .WithTags("Administration")
            .WithSummary("Change a plan; its accounts get the new limits within a minute");

    private static async Task<Ok<PlanAnswer>> UpdateAsync(string planId, PlanChange change, PlanEditing editing, CancellationToken cancellationToken) =>
        TypedResults.Ok(PlanAnswer.From(await editing.UpdateAsync(planId, change, cancellationToken)));
}
