using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Engine.Ledger;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;

namespace AutoForge.Server.Tests.Billing;

/// <summary>reliability.md 21, I1, I2, I9: what each event books, whatever comes before it.</summary>
public sealed class StripeEventTests(PaidServer server) : IClassFixture<PaidServer>
{
    private const string Completed = "checkout.session.completed";

    [Fact]
    public async Task Session_Paid_IsATopUpOnce()
    {
        var account = await server.NewAccountAsync();
        var session = StripeEvents.PaidSession(account, 1000);

        Assert.Equal("booked", await server.TakeAsync(Completed, session));
        // Another event about the same payment, and the same payment in another session.
        Assert.Equal("ignored", await server.TakeAsync("checkout.session.async_payment_succeeded", session.DeepClone().AsObject()));
        Assert.Equal("ignored", await server.TakeAsync(Completed, StripeEvents.PaidSession(account, 1000, session["payment_intent"]!.GetValue<string>())));

        Assert.Equal(new AccountBalance(1000, 0), await server.BalanceAsync(account));
        Assert.Equal([("topup", 1000L)], await server.EntriesAsync(account));
        Assert.Empty(await server.ViolationsAsync());
    }

    [Theory]
    [InlineData("payment_status", "unpaid", "ignored")]
    [InlineData("payment_status", "no_payment_required", "ignored")]
    [InlineData("mode", "subscription", "ignored")]
    [InlineData("currency", "eur", "refused")]
    [InlineData("client_reference_id", "nobody", "unknown_account")]
    [InlineData("client_reference_id", "0198aaaa-0000-7000-8000-000000000000", "unknown_account")]
    public async Task Session_NotOurs_BooksNothing(string field, string value, string outcome)
    {
        var account = await server.NewAccountAsync();
        var session = StripeEvents.PaidSession(account, 1000);
        session[field] = value;

        Assert.Equal(outcome, await server.TakeAsync(Completed, session));

        Assert.Empty(await server.EntriesAsync(account));
    }

    [Theory]
    [InlineData("-1000")]
    [InlineData("0")]
    [InlineData("9.5")]
    [InlineData("100000000")]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775808")]
    [InlineData("1e400")]
    [InlineData("\"1000\"")]
    [InlineData("null")]
    public async Task Session_ImpossibleAmount_IsRefused(string amount)
    {
        var account = await server.NewAccountAsync();
        var session = StripeEvents.PaidSession(account, 1000);
        session["amount_total"] = JsonNode.Parse(amount);

        Assert.Equal("refused", await server.TakeAsync(Completed, session));

        Assert.Empty(await server.EntriesAsync(account));
    }

    [Fact]
    public async Task Session_OfTheOtherMode_IsStoredAndRefused()
    {
        var account = await server.NewAccountAsync();

        Assert.Equal("refused", await server.TakeAsync(Completed, StripeEvents.PaidSession(account, 1000), live: true));

        Assert.Empty(await server.EntriesAsync(account));
    }

    [Fact]
    public async Task Refund_ToldByChargeAndByItself_IsTakenBackOnce()
    {
        var account = await server.NewAccountAsync();
        await server.TakeAsync(Completed, StripeEvents.PaidSession(account, 1000, "pi_r1"));

        await server.TakeAsync("charge.refunded", StripeEvents.RefundedCharge("pi_r1", 300));
        await server.TakeAsync("refund.created", StripeEvents.Refund("pi_r1", "re_r1a", 300));
        await server.TakeAsync("refund.created", StripeEvents.Refund("pi_r1", "re_r1b", 200));
        await server.TakeAsync("charge.refunded", StripeEvents.RefundedCharge("pi_r1", 500));
        await server.TakeAsync("charge.refunded", StripeEvents.RefundedCharge("pi_r1", 300));

        Assert.Equal([("topup", 1000L), ("adjustment", -300L), ("adjustment", -200L)], await server.EntriesAsync(account));
        await server.TakeAsync("refund.failed", StripeEvents.Refund("pi_r1", "re_r1b", 200, "failed"));
        await server.TakeAsync("refund.updated", StripeEvents.Refund("pi_r1", "re_r1b", 200, "pending"));
        Assert.Equal(new AccountBalance(700, 0), await server.BalanceAsync(account));
        Assert.Empty(await server.ViolationsAsync());
    }

    [Fact]
    public async Task Refund_ToldBeforeItsPayment_IsBookedWithIt()
    {
        var account = await server.NewAccountAsync();

        Assert.Equal("ignored", await server.TakeAsync("charge.refunded", StripeEvents.RefundedCharge("pi_r2", 400)));
        Assert.Equal("booked", await server.TakeAsync(Completed, StripeEvents.PaidSession(account, 1000, "pi_r2")));

        Assert.Equal([("topup", 1000L), ("adjustment", -400L)], await server.EntriesAsync(account));
        Assert.Empty(await server.ViolationsAsync());
    }

    [Fact]
    public async Task Dispute_OfSpentMoney_BecomesADebtThatTheNextTopUpPays()
    {
        using var caller = await ApiClient.RegisterAsync(server.Address);
        var account = Guid.Parse((await caller.GetAsync("/api/auth/me")).Expect(HttpStatusCode.OK)["accountId"]!.GetValue<string>());
        var publication = await caller.PublishAsync(Draw.Chain("Hook", Draw.Webhook()));
        await server.TakeAsync(Completed, StripeEvents.PaidSession(account, 500, "pi_d1"));

        await server.TakeAsync("charge.dispute.created", StripeEvents.Dispute("pi_d1", "dp_1", 500, "needs_response"));
        // The welcome credit of 100 cents is there still: nothing is owed. A second payment is spent before it is disputed.
        Assert.Equal(new AccountBalance(100, 0), await server.BalanceAsync(account));
        await server.TakeAsync(Completed, StripeEvents.PaidSession(account, 50, "pi_d2"));
        await server.TakeAsync("charge.refunded", StripeEvents.RefundedCharge("pi_d2", 50));
        await server.TakeAsync(Completed, StripeEvents.PaidSession(account, 900, "pi_d3"));
        await server.TakeAsync("charge.dispute.created", StripeEvents.Dispute("pi_d3", "dp_3", 900, "needs_response"));
        await server.TakeAsync("charge.dispute.created", StripeEvents.Dispute("pi_d2", "dp_2", 130, "needs_response"));

        Assert.Equal(new AccountBalance(0, 0, DebtCents: 30), await server.BalanceAsync(account));
        var balance = await caller.BalanceAsync();
        Assert.Equal(30, balance["debtCents"]!.GetValue<long>());
        await server.TakeAsync(Completed, StripeEvents.PaidSession(account, 20, "pi_d4"));
        Assert.Equal(new AccountBalance(0, 0, DebtCents: 10), await server.BalanceAsync(account));
        await server.TakeAsync(Completed, StripeEvents.PaidSession(account, 40, "pi_d5"));
        Assert.Equal(new AccountBalance(30, 0), await server.BalanceAsync(account));
        Assert.Equal([("topup", 20L), ("adjustment", -20L), ("topup", 40L), ("adjustment", -10L)], (await server.EntriesAsync(account)).TakeLast(4));
        (await caller.PostAsync($"/api/v1/workflows/{publication["definitionId"]}/run")).Expect(HttpStatusCode.Accepted);
        Assert.DoesNotContain(await server.ViolationsAsync(), violation => violation.Id is "I1" or "I2" or "I9");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dispute_Won_GivesTheMoneyBack(bool isToldInOrder)
    {
        var account = await server.NewAccountAsync();
        var (payment, dispute) = ("pi_" + Ids.NewText(), "dp_" + Ids.NewText());
        await server.TakeAsync(Completed, StripeEvents.PaidSession(account, 1000, payment));
        var created = StripeEvents.Dispute(payment, dispute, 1000, "needs_response");
        var won = StripeEvents.Dispute(payment, dispute, 1000, "won");

        if (isToldInOrder)
            await server.TakeAsync("charge.dispute.created", created);
        await server.TakeAsync("charge.dispute.closed", won);
        if (!isToldInOrder)
            await server.TakeAsync("charge.dispute.created", created);
        await server.TakeAsync("charge.dispute.funds_reinstated", won.DeepClone().AsObject());

        Assert.Equal(new AccountBalance(1000, 0), await server.BalanceAsync(account));
        Assert.Equal(isToldInOrder ? 3 : 1, (await server.EntriesAsync(account)).Count);
        Assert.Empty(await server.ViolationsAsync());
    }

    [Fact]
    public async Task Dispute_ThatIsOnlyAnInquiry_TakesNothing()
    {
        var account = await server.NewAccountAsync();
        await server.TakeAsync(Completed, StripeEvents.PaidSession(account, 1000, "pi_i1"));

        Assert.Equal("ignored", await server.TakeAsync("charge.dispute.created", StripeEvents.Dispute("pi_i1", "dp_i1", 1000, "warning_needs_response")));

        Assert.Equal(new AccountBalance(1000, 0), await server.BalanceAsync(account));
    }

    [Fact]
    public async Task Debt_WhileItLasts_NoRunIsAccepted()
    {
        using var caller = await ApiClient.RegisterAsync(server.Address);
        var account = Guid.Parse((await caller.GetAsync("/api/auth/me")).Expect(HttpStatusCode.OK)["accountId"]!.GetValue<string>());
        var publication = await caller.PublishAsync(Draw.Chain("Waits", Draw.Webhook(), Draw.Activity("wait", "Elsa.Delay", ("timeSpan", Draw.Literal("01:00:00")))));
        var run = (await caller.PostAsync($"/api/v1/workflows/{publication["definitionId"]}/run")).Expect(HttpStatusCode.Accepted)["runId"];
        await server.TakeAsync(Completed, StripeEvents.PaidSession(account, 100, "pi_w1"));
        await server.TakeAsync("charge.dispute.created", StripeEvents.Dispute("pi_w1", "dp_w1", 300, "needs_response"));
        // What the run had reserved comes free, and still the account owes more.
        (await caller.PostAsync($"/api/v1/runs/{run}/cancel")).Expect(HttpStatusCode.OK);

        Assert.Equal(5, await caller.AvailableAsync());
        (await caller.PostAsync($"/api/v1/workflows/{publication["definitionId"]}/run")).Expect(HttpStatusCode.PaymentRequired);
    }

    [Fact]
    public async Task Verify_TopUpWithoutPayment_IsFound()
    {
        await using var own = new PaidServer();
        await own.InitializeAsync();
        var account = await own.NewAccountAsync();
        await own.TakeAsync(Completed, StripeEvents.PaidSession(account, 1000, "pi_v1"));
        Assert.Empty(await own.ViolationsAsync());

        await own.ScalarAsync<int>("WITH gone AS (DELETE FROM stripe_payments RETURNING 1) SELECT COUNT(*)::int FROM gone");

        Assert.Equal("I9", Assert.Single(await own.ViolationsAsync()).Id);
    }

    [Fact]
    public async Task Event_ForgedOrUnreadable_Is400()
    {
        var account = await server.NewAccountAsync();
        var sent = StripeEvents.Event(Completed, StripeEvents.PaidSession(account, 1000));

        using var forged = await server.DeliverAsync(sent, "t=1,v1=00");
        using var unreadable = await server.DeliverAsync(new JsonArray());

        await forged.ProblemAsync(HttpStatusCode.BadRequest, "stripe_signature");
        await unreadable.ProblemAsync(HttpStatusCode.BadRequest, "invalid_json");
        Assert.Empty(await server.EntriesAsync(account));
    }

    [Fact]
    public async Task Event_ServerWithoutSecret_Is503()
    {
        using var client = server.Server.NewClient();

        using var response = await StripeEvents.DeliverAsync(client, StripeEvents.Event(Completed, []), cancellationToken: TestContext.Current.CancellationToken);

        await response.ProblemAsync(HttpStatusCode.ServiceUnavailable, "payments_off");
    }
}
