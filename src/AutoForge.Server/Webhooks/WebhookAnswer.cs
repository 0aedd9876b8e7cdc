using AutoForge.Engine.Triggers;
using AutoForge.Server.Api.Problems;

namespace AutoForge.Server.Webhooks;

/// <summary>Tells a caller what became of a webhook call.</summary>
internal static class WebhookAnswer
{
    /// <exception cref="AutoForgeException">The call was refused.</exception>
    public static Task WriteAsync(HttpContext context, WebhookReceipt receipt)
    {
        switch (receipt.Outcome)
        {
            case WebhookOutcome.Accepted or WebhookOutcome.Duplicate:
                if (receipt.Outcome == WebhookOutcome.Duplicate)
                    context.Response.Headers["Idempotent-Replayed"] = "true";
                return AcceptedRunAnswer.WriteAsync(context, receipt.RunId);
            case WebhookOutcome.MethodNotAllowed:
                context.Response.Headers.Allow = string.Join(", ", receipt.Methods!);
                context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                return Task.CompletedTask;
            case WebhookOutcome.Unknown:
                throw new NotFoundException();
            case WebhookOutcome.SwitchedOff:
                throw new AutoForgeException("workflow_switched_off", "The workflow behind this address is switched off.");
            case WebhookOutcome.BadSignature:
                throw new AutoForgeException("bad_signature", "This address takes signed requests only, and the signature is missing or wrong.");
            case WebhookOutcome.LoopTooDeep:
                throw new AutoForgeException("loop_too_deep", "Workflows have called each other more than 8 times in a row; this call was refused.");
            default:
                throw RefusedRun.Of(receipt.Acceptance) ?? throw new InvalidOperationException($"No answer for {receipt.Outcome}.");
        }
    }
}
