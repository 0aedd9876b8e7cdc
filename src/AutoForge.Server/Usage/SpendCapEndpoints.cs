using System.Security.Claims;
using AutoForge.Engine.Limits;
using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.ApiKeys;
using AutoForge.Server.Api.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Usage;

/// <summary>What the owner allows to be spent. It holds from the next accepted run on. An API key cannot raise it.</summary>
internal static class SpendCapEndpoints
{
    public static void MapSpendCaps(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/user/spend-caps").WithTags("Money").ForAccount();
        group.MapGet("/", GetAsync).ForKeys(KeyScope.BillingRead).WithSummary("The caps on a run and on a month, and the balance below which the owner is warned");
        group.MapPut("/", SetAsync).ForSessionsOnly().WithSummary("Set the caps; null takes one away");
        app.MapPut("/api/v1/workflows/{definitionId}/spend-cap", SetOfWorkflowAsync)
            .ForAccount()
            .ForSessionsOnly()
            .WithTags("Workflows")
            .WithSummary("Cap what a workflow may spend in a month (UTC); null takes the cap away");
    }

    private static async Task<Ok<SpendCaps>> GetAsync(ClaimsPrincipal caller, AccountLimits limits, CancellationToken cancellationToken)
    {
        var use = await limits.GetAsync(caller.AccountId(), cancellationToken) ?? throw new NotFoundException();
        return TypedResults.Ok(use.Caps);
    }

    private static async Task<Ok<SpendCaps>> SetAsync(
        SpendCapRequest request, ClaimsPrincipal caller, AccountLimits limits, CancellationToken cancellationToken)
    {
        var caps = request.ToCaps();
        await limits.SetCapsAsync(caller.AccountId(), caps, cancellationToken);
        return TypedResults.Ok(caps);
    }

    private static async Task<Ok<WorkflowCapRequest>> SetOfWorkflowAsync(
        string definitionId, WorkflowCapRequest request, ClaimsPrincipal caller, AccountLimits limits, CancellationToken cancellationToken)
    {
        if (SpendCapRequest.Check("monthCents", request.MonthCents).ToList() is { Count: > 0 } errors)
            throw new InvalidInputException(errors);
        return await limits.SetWorkflowCapAsync(caller.AccountId(), definitionId, request.MonthCents, cancellationToken)
            ? TypedResults.Ok(request)
            : throw new NotFoundException();
    }

    /// <param name="MonthCents">US cents; null = no cap.</param>
    internal sealed record WorkflowCapRequest(long? MonthCents);
}
