using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoForge.Engine.Triggers;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.ApiKeys;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Operations;
using AutoForge.Server.Webhooks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Api.Workflows;

internal static class OverviewEndpoints
{
    public static void MapWorkflowOverviews(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/v1/workflows/{definitionId}").WithTags("Workflows").ForAccount().ForKeys(KeyScope.WorkflowsRead, KeyScope.WorkflowsWrite);
        group.MapGet("/overview", GetAsync).WithSummary("What a workflow costs, how it starts, and what keeps the draft from being published");
        group.MapPost("/test-event", TestAsync).WithSummary("Start a run as if the webhook had been called; it costs what a call costs");
    }

    private static async Task<Ok<OverviewAnswer>> GetAsync(
        string definitionId, ClaimsPrincipal caller, WorkflowOverviews overviews, PublicAddress address, CancellationToken cancellationToken) =>
        TypedResults.Ok(OverviewAnswer.From(
            await overviews.GetAsync(caller.AccountId(), definitionId, cancellationToken) ?? throw new NotFoundException(), address));

    private static async Task TestAsync(
        string definitionId, TestEventRequest request, HttpContext http, ClaimsPrincipal caller, WebhookIntake intake, WorkflowOverviews overviews,
        CancellationToken cancellationToken)
    {
        var accountId = caller.AccountId();
        var overview = await overviews.GetAsync(accountId, definitionId, cancellationToken) ?? throw new NotFoundException();
        var activityId = request.ActivityId
            ?? overview.Triggers.FirstOrDefault(trigger => trigger.Kind == "webhook")?.ActivityId
            ?? throw new InvalidInputException("activityId", "The workflow has no webhook.");
        var body = JsonSerializer.SerializeToUtf8Bytes(request.Body);
        await WebhookAnswer.WriteAsync(http, await intake.ReceiveTestAsync(accountId, definitionId, activityId, body, CancellationToken.None));
    }

    /// <param name="ActivityId">The webhook's activity; null = the first webhook.</param>
    /// <param name="Body">What the event carries; any JSON.</param>
    internal sealed record TestEventRequest(string? ActivityId, JsonNode? Body);
}
