using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AutoForge.Engine.Ledger;
using AutoForge.Testing.Servers;

namespace AutoForge.Server.Tests.Billing;

/// <summary>F8: 10,000 deliveries, duplicated, shuffled, concurrent, forged, stale, of the other mode and killed in between: credits exact.</summary>
public sealed class StripeDeliveryTests(PaidServer server, ITestOutputHelper output) : IClassFixture<PaidServer>
{
    private const int Accounts = 20;
    private const int Events = 1000;
    private const int Deliveries = 10_000;
    private const int Senders = 12;
    private const int KilledEvery = 250;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TenThousandDeliveries_OfAThousandEvents_CreditExactly()
    {
        var random = new Random(8);
        var accounts = new List<Guid>();
        for (var i = 0; i < Accounts; i++)
            accounts.Add(await server.NewAccountAsync());

        var expected = accounts.ToDictionary(account => account, _ => 0L);
        var sent = new List<JsonObject>();
        while (sent.Count < Events)
            sent.AddRange(NewEvents(accounts[random.Next(Accounts)], random, expected));
        var deliveries = sent.SelectMany(e => Enumerable.Range(0, Deliveries / sent.Count).Select(_ => new Delivery(e, Kind.Good))).ToList();
        while (deliveries.Count < Deliveries)
            deliveries.Add(new Delivery(sent[random.Next(sent.Count)], Kind.Good));
        // A tenth of them is not what it seems; enough good ones of each event remain.
        for (var i = 0; i < Deliveries; i += 10)
            deliveries[i] = deliveries[i] with { Kind = (Kind)random.Next(1, 4) };
        var queue = new ConcurrentQueue<Delivery>(deliveries.OrderBy(_ => random.Next()));

        var answers = new ConcurrentDictionary<(Kind, HttpStatusCode), int>();
        var killed = 0;
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
        {
            while (queue.TryDequeue(out var delivery))
            {
                if (queue.Count % KilledEvery == 0)
                    Interlocked.Add(ref killed, await KillWorkingSessionsAsync());
                using var response = await SendAsync(delivery);
                answers.AddOrUpdate((delivery.Kind, response.StatusCode), 1, (_, count) => count + 1);
                // As the provider does: what was not taken is sent again.
                if (response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.InternalServerError)
                    queue.Enqueue(delivery);
            }
        }, Cancelled)));

        output.WriteLine(string.Join(", ", answers.Select(answer => $"{answer.Key}: {answer.Value}")) + $", sessions killed: {killed}");
        Assert.True(killed > 0 && answers.ContainsKey((Kind.Good, HttpStatusCode.ServiceUnavailable)), "Nothing was killed in the middle: the test proved too little.");
        Assert.All(answers.Keys.Where(answer => answer.Item1 is Kind.Forged or Kind.Stale), answer => Assert.Equal(HttpStatusCode.BadRequest, answer.Item2));
        Assert.DoesNotContain((Kind.Good, HttpStatusCode.BadRequest), answers.Keys);
        foreach (var (account, cents) in expected)
            Assert.Equal(new AccountBalance(cents, 0), await server.BalanceAsync(account));
        Assert.Empty(await server.ViolationsAsync());
    }

    /// <summary>A payment with what may become of it; the account ends richer by what stays.</summary>
    private static IEnumerable<JsonObject> NewEvents(Guid account, Random random, Dictionary<Guid, long> expected)
    {
        var payment = "pi_" + Ids.NewText();
        var cents = random.Next(500, 50_001);
        yield return StripeEvents.Event("checkout.session.completed", StripeEvents.PaidSession(account, cents, payment));
        switch (random.Next(6))
        {
            case 0:
                yield return StripeEvents.Event("charge.refunded", StripeEvents.RefundedCharge(payment, cents / 3));
                yield return StripeEvents.Event("charge.refunded", StripeEvents.RefundedCharge(payment, cents / 2));
                expected[account] += cents - (cents / 2);
                break;
            case 1:
                yield return StripeEvents.Event("charge.dispute.created", StripeEvents.Dispute(payment, "dp_" + payment, cents, "needs_response"));
                break;
            case 2:
                yield return StripeEvents.Event("charge.dispute.created", StripeEvents.Dispute(payment, "dp_" + payment, cents, "needs_response"));
                yield return StripeEvents.Event("charge.dispute.closed", StripeEvents.Dispute(payment, "dp_" + payment, cents, "won"));
                expected[account] += cents;
                break;
            default:
                yield return StripeEvents.Event("checkout.session.async_payment_succeeded", StripeEvents.PaidSession(account, cents, payment));
                expected[account] += cents;
                break;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Delivery delivery)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (delivery.Kind == Kind.OtherMode)
        {
            // Rightly signed, with an id of its own and more money in it.
            var live = delivery.Sent.DeepClone();
            (live["id"], live["livemode"]) = ("evt_live_" + Ids.NewText(), true);
            return await server.DeliverAsync(live);
        }
        var body = Encoding.UTF8.GetBytes(delivery.Sent.ToJsonString());
        return await server.DeliverAsync(delivery.Sent, delivery.Kind switch
        {
            Kind.Forged => StripeEvents.Sign(body, now, "whsec_guessed"),
            Kind.Stale => StripeEvents.Sign(body, now.AddMinutes(-6)),
            _ => null,
        });
    }

    /// <summary>Ends the sessions that are inside a transaction over an event, as a crash of the database server would.</summary>
    private async Task<int> KillWorkingSessionsAsync() => (int)await server.ScalarAsync<long>(
        """
        SELECT COUNT(pg_terminate_backend(pid))
        FROM pg_stat_activity
        WHERE datname = current_database()
          AND pid <> pg_backend_pid()
          AND xact_start IS NOT NULL
          AND query ~ 'stripe_|ledger_entries|COMMIT|FOR NO KEY UPDATE'
          AND query !~ 'pg_terminate_backend' -- another sender that does the same
        """);

    private enum Kind
    {
        Good,
        Forged,
        Stale,
        OtherMode,
    }

    private sealed record Delivery(JsonObject Sent, Kind Kind);
}
