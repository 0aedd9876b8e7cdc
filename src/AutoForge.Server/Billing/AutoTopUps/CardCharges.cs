using System.Globalization;
using AutoForge.Engine.Notices;
using AutoForge.Engine.Storage;
using AutoForge.Server.Billing.Payments;
using AutoForge.Server.Billing.Stripe;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Billing.AutoTopUps;

/// <summary>
/// Charges the saved cards of accounts whose balance runs low:
/// 1. a row says that a payment begins, and shuts out a second one of the account;
/// 2. the provider is asked for it, with the row's id as key;
/// 3. the row says what it has become: a payment, or a failure that switches automatic top-ups off.
/// The credit comes by the signed event of the payment alone, which also ends the row.
/// </summary>
/// <remarks>Any node may do each step. Asked twice with one key, the provider makes one payment.</remarks>
internal sealed class CardCharges(Database database, StripeClient stripe, IOptions<StripeOptions> options, ILogger<CardCharges> logger)
{
    private const string Unanswered = "unanswered";

    /// <summary>One round: what was begun and not answered, then what is due.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        while (await ReclaimAsync(cancellationToken) is { } attempt)
            await SendAsync(attempt, cancellationToken);
        while (await BeginAsync(cancellationToken) is { } attempt)
            await SendAsync(attempt, cancellationToken);
    }

    /// <summary>Ends a payment that did not come about: it is not tried again until the owner of the account wants so.</summary>
    public static async Task FailAsync(BillingTransaction transaction, Guid accountId, Guid attemptId, string failure, CancellationToken cancellationToken)
    {
        await AutoTopUpTable.LockAsync(transaction, accountId, cancellationToken);
        if (!await AttemptTable.FailAsync(transaction, accountId, attemptId, failure, cancellationToken))
            return;
        await AutoTopUpTable.StopAsync(transaction, accountId, failure, cancellationToken);
        await NoticeStore.AddAsync(
            transaction.Connection, transaction.Transaction, new Notice(accountId, NoticeKind.TopUpFailed, attemptId.ToString()), cancellationToken);
    }

    private async Task<TopUpAttempt?> ReclaimAsync(CancellationToken cancellationToken)
    {
        await using var transaction = await BillingTransaction.BeginAsync(database, cancellationToken);
        var attempt = await AttemptTable.ReclaimAsync(transaction, options.Value.IsLive, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return attempt;
    }

    // 1
    private async Task<TopUpAttempt?> BeginAsync(CancellationToken cancellationToken)
    {
        await using var transaction = await BillingTransaction.BeginAsync(database, cancellationToken);
        if (await AttemptTable.NextAsync(transaction, options.Value.IsLive, cancellationToken) is not { } accountId
            || await AttemptTable.BeginAsync(transaction, accountId, options.Value.IsLive, cancellationToken) is not { } attempt)
            return null;
        // Crash before: nothing was begun. Crash after: in two minutes somebody reclaims it.
        await transaction.CommitAsync(cancellationToken);
        Log.TopUpBegun(logger, attempt.AccountId, attempt.Id, attempt.AmountCents);
        return attempt;
    }

    private async Task SendAsync(TopUpAttempt attempt, CancellationToken cancellationToken)
    {
        if (attempt.IsTooOld)
        {
            await EndAsync(attempt, Unanswered);
            return;
        }
        try
        {
            // 2. Crash after: the repeat gets the same payment by its key.
            var intent = await stripe.PostAsync("/v1/payment_intents", attempt.Key, cancellationToken,
                ("amount", attempt.AmountCents.ToString(CultureInfo.InvariantCulture)),
                ("currency", StripeAmount.Currency),
                ("customer", attempt.CustomerId),
                ("payment_method", attempt.CardId),
                ("off_session", "true"),
                ("confirm", "true"),
                ("description", "AutoForge credit, automatic top-up"),
                ("metadata[account_id]", attempt.AccountId.ToString()),
                ($"metadata[{TopUpAttempt.Metadata}]", attempt.Id.ToString()));
            // 3
            if (intent.Text("id") is { Length: > 0 } payment && intent.Text("status") is "succeeded" or "processing")
                await RecordAsync(attempt, payment);
            else
                await EndAsync(attempt, intent.Text("status") ?? "refused");
        }
        catch (StripeException e) when (e.IsFinal)
        {
            await EndAsync(attempt, e.ProviderCode ?? "refused");
        }
        // The payment may have been made or not: the row stays open, and is asked for again with the same key.
        catch (StripeException e)
        {
            Log.TopUpUnanswered(logger, attempt.AccountId, attempt.Id, e.Message);
        }
    }

    // Of what has happened at the provider; it is not left unsaid because the server stops.
    private async Task RecordAsync(TopUpAttempt attempt, string paymentId)
    {
        await using var transaction = await BillingTransaction.BeginAsync(database, CancellationToken.None);
        await AttemptTable.SetPaymentAsync(transaction, attempt, paymentId, CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
    }

    private async Task EndAsync(TopUpAttempt attempt, string failure)
    {
        await using var transaction = await BillingTransaction.BeginAsync(database, CancellationToken.None);
        await FailAsync(transaction, attempt.AccountId, attempt.Id, failure, CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        Log.TopUpFailed(logger, attempt.AccountId, attempt.Id, failure);
    }
}
