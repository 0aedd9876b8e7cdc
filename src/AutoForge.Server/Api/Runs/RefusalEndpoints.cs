using System.Security.Claims;
using AutoForge.Engine.Triggers;
using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.ApiKeys;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Api.Runs;

/// <summary>Runs that were not started, so that a schedule without balance does not fail in silence.</summary>
internal static class RefusalEndpoints
{
    public static void MapRefusals(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/refusals", ListAsync).WithTags("Runs").WithSummary("List what was not started and why, newest first").ForAccount().ForKeys(KeyScope.RunsRead);

    private static async Task<Ok<Page<RefusalAnswer>>> ListAsync(
        ClaimsPrincipal caller, RefusalQueries refusals, CancellationToken cancellationToken,
        string? workflow = null, int? limit = null, string? cursor = null)
    {
        var size = Cursor.Limit(limit);
        var rows = await refusals.ListAsync(caller.AccountId(), workflow, Cursor.TimeAndId(cursor), size + 1, cancellationToken);
        return TypedResults.Ok(Cursor.Page(rows, size, RefusalAnswer.From, r => Cursor.Of(r.At, r.Key)));
    }

    /// <param name="TriggerId">Null for starts by hand and replays.</param>
    /// <param name="At">A schedule's due time; for calls the minute.</param>
    internal sealed record RefusalAnswer(string WorkflowId, Guid? TriggerId, string Reason, DateTimeOffset At, int Times)
    {
        public static RefusalAnswer From(RefusalView refusal) =>
            new(refusal.WorkflowId, refusal.TriggerId, refusal.Reason, refusal.At, refusal.Times);
    }
}
