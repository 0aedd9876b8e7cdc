using AutoForge.Engine.Ledger;
using AutoForge.Engine.Prices;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Runs;

/// <param name="ActivityId">Null for the line that lifts the sum to the least price, or caps it at the most.</param>
/// <param name="Cents">US cents.</param>
public sealed record ReceiptLine(string? ActivityId, string Description, int Cents);

/// <summary>What a run cost and why. An uncharged run has no lines and a total of 0.</summary>
public sealed record Receipt(Guid RunId, IReadOnlyList<ReceiptLine> Lines, int TotalCents, IReadOnlyList<LedgerEntry> Entries);

/// <summary>Makes receipts from the version that ran and the ledger.</summary>
public sealed class ReceiptQuery
{
    private readonly RunQueries _runs;
    private readonly WorkflowVersions _versions;
    private readonly LedgerQueries _ledger;
    private readonly RunStore _store;
    private readonly PriceBook _prices;

    internal ReceiptQuery(RunQueries runs, WorkflowVersions versions, LedgerQueries ledger, RunStore store, PriceBook prices)
    {
        _runs = runs;
        _versions = versions;
        _ledger = ledger;
        _store = store;
        _prices = prices;
    }

    /// <summary>Null when the account has no such run.</summary>
    public async Task<Receipt?> GetAsync(Guid accountId, Guid runId, CancellationToken cancellationToken)
    {
        if (await _runs.GetAsync(accountId, runId, cancellationToken) is not { } run)
            return null;
        var entries = await _ledger.ListAsync(accountId, new LedgerFilter(RunId: runId), before: null, limit: 10, cancellationToken);
        if (run.ChargedCents == 0)
            return new Receipt(runId, [], 0, entries);

        var workflow = await _versions.GetAsync(accountId, run.DefinitionId, run.Version, cancellationToken);
        var prices = await _prices.GetAsync(await _store.PriceListAsync(accountId, runId, cancellationToken) ?? 0, cancellationToken);
        var lines = workflow.Activities
            .Where(a => a.Descriptor is { } descriptor && prices.Of(descriptor) > 0)
            .Select(a => new ReceiptLine(a.Activity.Id, a.Activity.Name ?? a.Descriptor!.DisplayName, prices.Of(a.Descriptor!)))
            .ToList();
        // The price was fixed at acceptance: limits and discounts make up the difference, so that the lines add up to it.
        var rest = run.ChargedCents - lines.Sum(l => l.Cents);
        if (rest != 0)
            lines.Add(new ReceiptLine(null, rest > 0 ? "Up to the least price of a run" : "Down to the most a run costs, or by the plan's discount", rest));
        return new Receipt(runId, lines, run.ChargedCents, entries);
    }
}
