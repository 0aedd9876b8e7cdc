using AutoForge.Engine.Ledger;

namespace AutoForge.Engine.Tests.Ledger;

/// <summary>What the ledger must do, said as simply as can be: two sums, neither of which falls below zero.</summary>
internal sealed class LedgerModel
{
    private readonly Dictionary<Guid, (long Available, long Held)> _balances = [];

    public (long Available, long Held) Of(Guid account) => _balances.GetValueOrDefault(account);

    public bool TryMove(Guid account, string type, long cents, bool isDebit)
    {
        var (available, held) = Of(account);
        switch (type)
        {
            case EntryType.Topup or EntryType.Grant or EntryType.Refund:
                available += cents;
                break;
            case EntryType.Hold:
                (available, held) = (available - cents, held + cents);
                break;
            case EntryType.Consume:
                held -= cents;
                break;
            case EntryType.Release:
                (available, held) = (available + cents, held - cents);
                break;
            case EntryType.Dispute:
                available -= cents;
                break;
            case EntryType.Adjustment:
                available += isDebit ? -cents : cents;
                break;
        }
        if (available < 0 || held < 0)
            return false;
        _balances[account] = (available, held);
        return true;
    }
}
