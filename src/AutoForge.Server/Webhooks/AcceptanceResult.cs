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
    /// <exception cref="AutoForgeException"><c>insufficient_balance</c>.</exception>
    public static void Begin(HttpResponse response, Acceptance acceptance)
    {
        if (acceptance.Outcome == AcceptOutcome.NoBalance)
        {
            throw new AutoForgeException("insufficient_balance",
                $"The account's balance does not cover the price of this run ({acceptance.PriceCents} cents). Nothing was started.");
        }
        if (acceptance.Outcome == AcceptOutcome.Duplicate)
            response.Headers["Idempotent-Replayed"] = "true";
    }
}
