using AutoForge.Engine.Runs;
using AutoForge.Server.Accounts.Audit;
using AutoForge.Server.Api.Problems;

namespace AutoForge.Server.Admin;

/// <summary>Gives the price of a run back on the word of an administrator; the owner of the account reads who and why.</summary>
internal sealed class RefundDesk(RunRefunds refunds, AuditLog audit)
{
    private const string Action = "run_refunded";
    private const int MostReason = 500;

    /// <summary>A repeat changes nothing.</summary>
    /// <exception cref="InvalidInputException">There is no reason, or it is no single line.</exception>
    /// <exception cref="NotFoundException">The account has no such run.</exception>
    public async Task<RefundOutcome> RefundAsync(HttpContext context, Guid accountId, Guid runId, string? reason, CancellationToken cancellationToken)
    {
        var text = reason?.Trim() ?? "";
        if (text.Length is 0 or > MostReason || text.Any(char.IsControl))
            throw new InvalidInputException("reason", $"Say why in 1 to {MostReason} characters, on one line.");
        var outcome = await refunds.RefundAsync(accountId, runId, text, cancellationToken);
        if (outcome == RefundOutcome.Unknown)
            throw new NotFoundException();
        // Crash before: the money is back, with the reason in the ledger, but the audit log does not name the administrator.
        if (outcome == RefundOutcome.Refunded)
            await audit.RecordAsync(AuditEntry.By(context, Action, runId.ToString(), text) with { AccountId = accountId }, CancellationToken.None);
        return outcome;
    }
}
