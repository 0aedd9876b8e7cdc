using AutoForge.Server.Accounts.Audit;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Billing.Stripe;
using Npgsql;

namespace AutoForge.Server.Billing.Events;

/// <summary>
/// Does an event on the word of an administrator that never came, or could not be booked when it did. What it says is
/// fetched from the payment provider: bodies are not stored, and what somebody types is not believed.
/// </summary>
internal sealed class EventReplay(StripeClient stripe, StripeEventIntake intake)
{
    private const string Action = "payment_event_replayed";
    private const int MostId = 255;

    /// <summary>A repeat changes nothing.</summary>
    /// <exception cref="InvalidInputException">It is no id of an event, or the provider has no such event.</exception>
    /// <exception cref="AutoForgeException"><c>payments_off</c>, <c>payment_provider</c>.</exception>
    public async Task<ReplayedEvent> ReplayAsync(HttpContext context, string? eventId, CancellationToken cancellationToken)
    {
        var id = eventId?.Trim() ?? "";
        // It becomes a part of an address.
        if (id.Length is 0 or > MostId || !id.StartsWith("evt_", StringComparison.Ordinal) || !id.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            throw new InvalidInputException("eventId", "The id of an event looks like evt_1PqLx2.");
        var fetched = await FetchAsync(id, cancellationToken);

        var (outcome, isNew) = await intake.ReplayAsync(fetched, RecordAsync, CancellationToken.None);
        return new ReplayedEvent(id, fetched.Type, outcome, isNew);

        async Task RecordAsync(BillingTransaction transaction, EventOutcome done)
        {
            var entry = AuditEntry.By(context, Action, id, $"{fetched.Type}: {done.Name}");
            await using var batch = new NpgsqlBatch(transaction.Connection, transaction.Transaction) { BatchCommands = { AuditLog.Command(entry) } };
            await batch.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    private async Task<StripeEvent> FetchAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return StripeEvent.Of(await stripe.GetAsync($"/v1/events/{id}", cancellationToken)) is { } fetched && fetched.Id == id
                ? fetched
                : throw new StripeException(null, "The payment provider gave no sensible answer.");
        }
        catch (StripeException e) when (e.ProviderCode == "resource_missing")
        {
            throw new InvalidInputException("eventId", "The payment provider has no such event under this server's key. It keeps events for 30 days.");
        }
    }
}
