namespace AutoForge.Client;

/// <summary>The account's money.</summary>
public sealed class CreditsClient
{
    private readonly ApiTransport _transport;

    internal CreditsClient(ApiTransport transport) => _transport = transport;

    /// <summary>What the account can spend, and what is on hold for open runs.</summary>
    public Task<Balance> BalanceAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync("api/credits/balance", ClientJson.Default.Balance, cancellationToken);

    /// <summary>Movements of money, newest first, page by page as they are read.</summary>
    /// <param name="filter">Which; null = all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public IAsyncEnumerable<LedgerEntry> LedgerAsync(LedgerFilter? filter = null, CancellationToken cancellationToken = default) =>
        _transport.ListAsync("api/credits/ledger", (filter ?? new LedgerFilter()).ToQuery(), ClientJson.Default.PageAnswerLedgerEntry, cancellationToken);
}

/// <summary>What an account can spend, and what is on hold for its open runs.</summary>
/// <param name="AvailableCents">US cents.</param>
/// <param name="HeldCents">US cents.</param>
/// <param name="Currency"><c>usd</c>.</param>
public sealed record Balance(long AvailableCents, long HeldCents, string Currency);
