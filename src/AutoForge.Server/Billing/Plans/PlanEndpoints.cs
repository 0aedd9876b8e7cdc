using System.Security.Claims;
using AutoForge.Engine.Storage;
using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.ApiKeys;
using AutoForge.Server.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Billing.Plans;

internal static class PlanEndpoints
{
    public static void MapPlans(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/billing").WithTags("Money").ForAccount().ForKeys(KeyScope.BillingRead, KeyScope.Billing);
        group.MapGet("/plans", ListAsync).WithSummary("What can be subscribed to, cheapest first");
        group.MapGet("/subscription", GetAsync).WithSummary("The plan that the account is on");
        group.MapPost("/create-portal", PortalAsync).WithSummary("Where to change or cancel the subscription, and to see invoices");
    }

    private static async Task<Ok<Page<PlanAnswer>>> ListAsync(PlanTable plans, CancellationToken cancellationToken) =>
        TypedResults.Ok(new Page<PlanAnswer>([.. (await plans.ListAsync(cancellationToken)).Select(PlanAnswer.From)]));

    private static async Task<Ok<SubscriptionAnswer>> GetAsync(ClaimsPrincipal caller, Database database, CancellationToken cancellationToken)
    {
        var subscription = await SubscriptionTable.GetAsync(database, caller.AccountId(), cancellationToken);
        return TypedResults.Ok(new SubscriptionAnswer(
            subscription.PlanId, subscription.Status, subscription.CurrentPeriodEnd, subscription.CancelAtPeriodEnd, subscription.GraceUntil,
            subscription.PausedWorkflows));
    }

    private static async Task<Ok<PortalAnswer>> PortalAsync(ClaimsPrincipal caller, PlanCheckout checkout, CancellationToken cancellationToken) =>
        TypedResults.Ok(new PortalAnswer(await checkout.PortalAsync(caller.AccountId(), cancellationToken)));

    /// <param name="Status"><c>active</c>, <c>past_due</c> or <c>ended</c> (on the free plan again).</param>
    internal sealed record SubscriptionAnswer(
        string Plan, string Status, DateTimeOffset? CurrentPeriodEnd, bool CancelAtPeriodEnd, DateTimeOffset? GraceUntil, int PausedWorkflows);

    /// <param name="Url">The payment provider's page.</param>
    internal sealed record PortalAnswer(string Url);
}
