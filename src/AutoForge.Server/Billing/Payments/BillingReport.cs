using AutoForge.Engine.Ledger;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Billing.AutoTopUps;
using AutoForge.Server.Billing.Stripe;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Billing.Payments;

/// <summary>Reads what the page of an account's money shows.</summary>
internal sealed class BillingReport(LedgerQueries ledger, AutoTopUpTable autoTopUps, IOptions<StripeOptions> options)
{
    public async Task<BillingFacts> GetAsync(Guid accountId, CancellationToken cancellationToken) => new(
        await ledger.BalanceAsync(accountId, cancellationToken) ?? throw new NotFoundException(),
        options.Value.IsOn,
        await autoTopUps.GetAsync(accountId, cancellationToken));
}
