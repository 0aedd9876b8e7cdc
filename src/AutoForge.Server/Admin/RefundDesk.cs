using AutoForge.Engine.Runs;
using AutoForge.Server.Accounts.Audit;
using AutoForge.Server.Api.Problems;

namespace AutoForge.Server.Admin;

/// <summary>Gives the price of a run back through an administrator; the owner of the account reads who and why.</summary>
internal sealed class RefundDesk(RunRefunds refunds, AuditLog audit)
{
    private const string Refunded = "run_refunded";
    private const string FailureReported = "run_failure_reported";
    private const int MostReason = 500;

    /// <summary>On the word of the administrator, however old the run is. A repeat changes nothing.</summary>
    /// <exception cref="InvalidInputException">There is no reason, or it is no single line.</exception>
    /// <exception cref="NotFoundException">The account has no such run.</exception>
    public async Task<RefundOutcome> RefundAsync(HttpContext context, Guid accountId, Guid runId, string? reason, CancellationToken cancellationToken)
    {
        var text = Line(reason, "reason", "Say why");
        return await RecordAsync(context, Refunded, accountId, runId, text, await refunds.RefundAsync(accountId, runId, text, cancellationToken));
    }

    /// <summary>
    /// On the report of a provider that what it had accepted has failed after all: a mail that bounced, a message that was
    /// never delivered. Within <see cref="RunRefunds.Window"/> after the run's end, so that reports can be passed on unread.
    /// </summary>
    /// <inheritdoc cref="RefundAsync"/>
    public async Task<RefundOutcome> ReportFailureAsync(HttpContext context, Guid accountId, Guid runId, string? report, CancellationToken cancellationToken)
    {
        var text = Line(report, "report", "Say what the provider reports");
        return await RecordAsync(context, FailureReported, accountId, runId, text, await refunds.ReportFailureAsync(accountId, runId, text, cancellationToken));
    }

    private static string Line(string? typed, string field, string demand)
    {
        var text = typed?.Trim() ?? "";
        return text.Length is > 0 and <= MostReason && !text.Any(char.IsControl)
            ? text
            : throw new InvalidInputException(field, $"{demand} in 1 to {MostReason} characters, on one line.");
    }

    private async Task<RefundOutcome> RecordAsync(HttpContext context, string action, Guid accountId, Guid runId, string text, RefundOutcome outcome)
    {
        if (outcome == RefundOutcome.Unknown)
            throw new NotFoundException();
        // Crash before: the money is back, with the reason in the ledger, but the audit log does not name the administrator.
        if (outcome == RefundOutcome.Refunded)
            await audit.RecordAsync(AuditEntry.By(context, action, runId.ToString(), text) with { AccountId = accountId }, CancellationToken.None);
        return outcome;
    }
}
