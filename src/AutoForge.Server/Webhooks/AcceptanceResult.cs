using AutoForge.Engine.Triggers;

namespace AutoForge.Server.Webhooks;

/// <summary>The answer to starting a run by hand: like a webhook's.</summary>
internal sealed class AcceptanceResult(Acceptance acceptance) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        Begin(httpContext.Response, acceptance);
        return AcceptedRunAnswer.WriteAsync(httpContext, acceptance.RunId);
    }

    /// <summary>Marks the answer of a repeated call.</summary>
    /// <exception cref="AutoForgeException"><c>insufficient_balance</c>, <c>spend_cap_reached</c>, <c>run_quota_reached</c>.</exception>
    public static void Begin(HttpResponse response, Acceptance acceptance)
    {
        if (RefusedRun.Of(acceptance) is { } refused)
            throw refused;
        if (acceptance.Outcome == AcceptOutcome.Duplicate)
            response.Headers["Idempotent-Replayed"] = "true";
    }
}
