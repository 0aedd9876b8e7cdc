using System.Net;
using AutoForge.Engine.Ledger;
using AutoForge.Server.Billing.AutoTopUps;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Billing;

/// <summary>Saved cards are charged when a balance runs low, once, within the month's cap, and never without having been asked to.</summary>
public sealed class AutoTopUpTests(PaidServer server) : IClassFixture<PaidServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private CardCharges Charges => server.Services.GetRequiredService<CardCharges>();

    [Fact]
    public async Task Form_SwitchedOnAndCardSaved_TopsUpALowBalance()
    {
        using var caller = await ApiClient.RegisterAsync(server.Address);
        using var browser = await PageClient.SignInAsync(caller);
        var account = await AccountOfAsync(caller);

        using var leaving = await browser.SubmitAsync("/billing", "/billing/auto-top-up#auto", ("threshold", "5"), ("topUp", "25"), ("monthCap", "100"));
        await Charges.RunOnceAsync(Cancelled);
        Assert.Empty(Asked(account));
        Assert.Contains("Waits for a card", await browser.TextAsync("/billing"), StringComparison.Ordinal);
        await server.Stripe.PayAsync(leaving.Headers.GetValues("Refresh").Single());
        var payment = await ChargedAsync(account);

        var asked = Assert.Single(Asked(account)).Form;
        Assert.Equal(("2500", "usd", "true", "true"), (asked["amount"], asked["currency"], asked["off_session"], asked["confirm"]));
        // The credit comes by the signed event and by nothing else.
        Assert.Equal(new AccountBalance(100, 0), await server.BalanceAsync(account));
        Assert.Contains("A top-up of $25.00 is under way", await browser.TextAsync("/billing"), StringComparison.Ordinal);
        await Charges.RunOnceAsync(Cancelled);
        await server.Stripe.SendAsync("payment_intent.succeeded", server.Stripe.Thing(payment));

        Assert.Equal(new AccountBalance(2600, 0), await server.BalanceAsync(account));
        await Charges.RunOnceAsync(Cancelled);
        Assert.Single(Asked(account));
        var page = await browser.TextAsync("/billing");
        Assert.Contains("af-status-on\">On</span>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("is under way", page, StringComparison.Ordinal);
        Assert.Contains("Automatic top-up by card", await browser.TextAsync("/billing/ledger"), StringComparison.Ordinal);
        Assert.Empty(await server.ViolationsAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Payment_ToldByIntentAndBySession_IsCreditedOnce(bool isSessionFirst)
    {
        var account = await NewAccountAsync();
        var payment = await ChargedAsync(account);
        string[] outcomes = isSessionFirst
            ? [await TakeSessionAsync(), await TakeIntentAsync(), await TakeIntentAsync()]
            : [await TakeIntentAsync(), await TakeIntentAsync(), await TakeSessionAsync()];

        Assert.Equal(["booked", "ignored", "ignored"], outcomes);
        Assert.Equal([("topup", 2500L)], await server.EntriesAsync(account));
        Assert.Equal("succeeded", await StatusAsync(account));
        Assert.Empty(await server.ViolationsAsync());

        Task<string> TakeIntentAsync() => server.TakeAsync("payment_intent.succeeded", server.Stripe.Thing(payment).DeepClone().AsObject());
        Task<string> TakeSessionAsync() => server.TakeAsync("checkout.session.completed", StripeEvents.PaidSession(account, 2500, payment));
    }

    [Fact]
    public async Task Rounds_OfManyNodesAtOnce_BeginOnePaymentPerAccount()
    {
        var accounts = new List<Guid>();
        for (var i = 0; i < 8; i++)
            accounts.Add(await NewAccountAsync());
        var other = await server.Server.StartNodeAsync(
            app => { }, "Logging:LogLevel:Default=None", $"AutoForge:Stripe:ApiBase={server.Stripe.Address}",
            $"AutoForge:Stripe:SecretKey={StripeEvents.SecretKey}", $"AutoForge:Stripe:WebhookSecret={StripeEvents.WebhookSecret}");
        var nodes = new[] { Charges, other.App.Services.GetRequiredService<CardCharges>() };

        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => nodes[i % 2].RunOnceAsync(Cancelled), Cancelled)));
        foreach (var account in accounts)
        {
            // Told at once, and rounds go on meanwhile.
            var told = server.Stripe.SendAsync("payment_intent.succeeded", server.Stripe.Thing(await ChargedAsync(account)));
            await Task.WhenAll(nodes.Select(node => node.RunOnceAsync(Cancelled)).Append(told));
        }

        Assert.All(accounts, account => Assert.Single(Asked(account).Select(request => request.IdempotencyKey).Distinct()));
        foreach (var account in accounts)
            Assert.Equal([("topup", 2500L)], await server.EntriesAsync(account));
        Assert.Empty(await server.ViolationsAsync());
    }

    [Fact]
    public async Task Card_Declined_SwitchesItOffAndSaysSo()
    {
        using var caller = await ApiClient.RegisterAsync(server.Address);
        using var browser = await PageClient.SignInAsync(caller);
        var account = await AccountOfAsync(caller);
        server.Stripe.Failures.Enqueue((402, "card_declined"));
        await SetUpAsync(account);

        await UntilAsync(async () => await StatusAsync(account) == "failed");

        var page = await browser.TextAsync("/billing");
        Assert.Contains("Your card was declined.", page, StringComparison.Ordinal);
        Assert.Contains(">Off</span>", page, StringComparison.Ordinal);
        Assert.Equal(1L, await server.ScalarAsync<long>("SELECT COUNT(*) FROM notices WHERE account_id = @account AND kind = 'TopUpFailed'", ("account", account)));
        await Charges.RunOnceAsync(Cancelled);
        Assert.Single(Asked(account));
        Assert.Equal([("grant", 100L)], await server.EntriesAsync(account));

        // Its owner decides to try again.
        using var again = await browser.SubmitAsync("/billing", "/billing/auto-top-up#auto", ("threshold", "5"), ("topUp", "25"), ("monthCap", "100"));
        Assert.Equal(HttpStatusCode.Found, again.StatusCode);
        var payment = await ChargedAsync(account);
        await server.Stripe.SendAsync("payment_intent.succeeded", server.Stripe.Thing(payment));
        Assert.Equal(new AccountBalance(2600, 0), await server.BalanceAsync(account));
        Assert.Equal(2, Asked(account).Select(request => request.IdempotencyKey).Distinct().Count());
    }

    [Fact]
    public async Task Payment_ThatFailsLater_SwitchesItOff()
    {
        var account = await NewAccountAsync();
        var intent = server.Stripe.Thing(await ChargedAsync(account)).DeepClone().AsObject();
        intent["status"] = "requires_payment_method";
        intent["last_payment_error"] = new System.Text.Json.Nodes.JsonObject { ["code"] = "authentication_required" };

        await server.TakeAsync("payment_intent.payment_failed", intent);

        Assert.Equal("failed", await StatusAsync(account));
        Assert.Equal("authentication_required", await server.ScalarAsync<string>("SELECT stopped_by FROM auto_topups WHERE account_id = @account AND NOT is_on", ("account", account)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Payment_WhoseAnswerWasLost_IsNotMadeTwice(bool isToldFirst)
    {
        var account = await NewAccountAsync(isOn: false);
        // Both tries of the client: to the server it is as if it had died between the request and its record.
        server.Stripe.LoseAnswers(2);
        await SwitchAsync(account, isOn: true);
        await UntilAsync(() => Task.FromResult(Asked(account).Count == 2));
        await UntilAsync(async () => await server.ScalarAsync<long>("SELECT COUNT(*) FROM auto_topup_attempts WHERE account_id = @account AND status = 'open' AND payment_id IS NULL", ("account", account)) == 1);
        var made = server.Stripe.Made("payment_intent", "account_id", account.ToString());

        if (isToldFirst)
            await server.Stripe.SendAsync("payment_intent.succeeded", Assert.Single(made));
        await server.ExecuteAsync("UPDATE auto_topup_attempts SET claimed_until = now() - interval '1 second' WHERE account_id = @account", ("account", account));
        var payment = await ChargedAsync(account);
        if (!isToldFirst)
            await server.Stripe.SendAsync("payment_intent.succeeded", server.Stripe.Thing(payment));

        Assert.Single(Asked(account).Select(request => request.IdempotencyKey).Distinct());
        Assert.Single(server.Stripe.Made("payment_intent", "account_id", account.ToString()));
        Assert.Equal([("topup", 2500L)], await server.EntriesAsync(account));
        Assert.Empty(await server.ViolationsAsync());
    }

    [Fact]
    public async Task Attempt_OlderThanItsKeyIsKept_IsGivenUpAndNotAskedForAgain()
    {
        var account = await NewAccountAsync(isOn: false);
        server.Stripe.LoseAnswers(2);
        await SwitchAsync(account, isOn: true);
        await UntilAsync(() => Task.FromResult(Asked(account).Count == 2));
        await server.ExecuteAsync(
            "UPDATE auto_topup_attempts SET started_at = now() - interval '1 day', claimed_until = now() - interval '1 second' WHERE account_id = @account", ("account", account));

        await UntilAsync(async () => await StatusAsync(account) == "failed");
        Assert.Equal(2, Asked(account).Count);

        // It had been paid after all.
        await server.Stripe.SendAsync("payment_intent.succeeded", server.Stripe.Made("payment_intent", "account_id", account.ToString()).Single());
        Assert.Equal("succeeded", await StatusAsync(account));
        Assert.Equal(new AccountBalance(2500, 0), await server.BalanceAsync(account));
        Assert.Empty(await server.ViolationsAsync());
    }

    [Fact]
    public async Task Provider_InTrouble_IsAskedAgainAndNothingSwitchedOff()
    {
        var account = await NewAccountAsync(isOn: false);
        server.Stripe.Failures.Enqueue((429, "rate_limit"));
        await SwitchAsync(account, isOn: true);
        await UntilAsync(() => Task.FromResult(Asked(account).Count == 1));
        await UntilAsync(async () => await StatusAsync(account) == "open");
        await server.ExecuteAsync("UPDATE auto_topup_attempts SET claimed_until = now() - interval '1 second' WHERE account_id = @account", ("account", account));

        await server.Stripe.SendAsync("payment_intent.succeeded", server.Stripe.Thing(await ChargedAsync(account)));

        Assert.Equal(new AccountBalance(2500, 0), await server.BalanceAsync(account));
    }

    [Fact]
    public async Task MonthCap_Reached_ChargesNothingMore()
    {
        using var caller = await ApiClient.RegisterAsync(server.Address);
        using var browser = await PageClient.SignInAsync(caller);
        var account = await AccountOfAsync(caller);
        // So high that two top-ups do not reach it.
        await SetUpAsync(account, new AutoTopUpSettings(IsOn: true, ThresholdCents: 50_000, AmountCents: 2500, MonthCapCents: 7499));
        for (var i = 1; i <= 2; i++)
        {
            await UntilAsync(async () => await CountAsync(account, "open") == 1);
            await server.Stripe.SendAsync("payment_intent.succeeded", server.Stripe.Thing(await ChargedAsync(account)));
        }

        await Charges.RunOnceAsync(Cancelled);

        Assert.Equal((0L, 2L), (await CountAsync(account, "open"), await CountAsync(account, "succeeded")));
        Assert.Contains("$50.00 of this month’s $74.99 are used", await browser.TextAsync("/billing"), StringComparison.Ordinal);
        // What was charged in an earlier month does not count.
        await server.ExecuteAsync("UPDATE auto_topup_attempts SET started_at = started_at - interval '1 month' WHERE account_id = @account", ("account", account));
        await UntilAsync(async () => await CountAsync(account, "open") == 1);
        await SwitchAsync(account, isOn: false);
    }

    [Fact]
    public async Task SwitchedOff_OrNeverOn_ChargesNothing()
    {
        using var caller = await ApiClient.RegisterAsync(server.Address);
        using var browser = await PageClient.SignInAsync(caller);
        var account = await AccountOfAsync(caller);
        var other = await NewAccountAsync(isOn: false);
        await SetUpAsync(account, new AutoTopUpSettings(IsOn: true, ThresholdCents: 100, AmountCents: 2500, MonthCapCents: 2500));
        using var off = await browser.SubmitAsync("/billing", "/billing/auto-top-up/off#auto");

        await server.ExecuteAsync("UPDATE auto_topups SET threshold_cents = 50000 WHERE account_id = @account", ("account", account));
        await Charges.RunOnceAsync(Cancelled);

        Assert.Equal(HttpStatusCode.Found, off.StatusCode);
        Assert.Empty(Asked(account));
        Assert.Empty(Asked(other));
        var audit = await browser.TextAsync("/settings/audit");
        Assert.Contains("Auto top up off", audit, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.99", "25", "100", "threshold-error\">The threshold must be $1.00 to $500.00")]
    [InlineData("5", "4.99", "100", "topUp-error\">The amount must be $5.00 to $500.00")]
    [InlineData("5", "500.01", "1000", "topUp-error\">The amount must be $5.00 to $500.00")]
    [InlineData("5", "25", "24", "monthCap-error\">The most in a month")]
    [InlineData("5", "25", "", "monthCap-error\">Write an amount in dollars")]
    public async Task Form_NotAcceptable_IsToldBesideTheField(string threshold, string topUp, string monthCap, string message)
    {
        using var browser = await PageClient.SignUpAsync(server.Address);

        using var response = await browser.SubmitAsync("/billing", "/billing/auto-top-up#auto", ("threshold", threshold), ("topUp", topUp), ("monthCap", monthCap));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains(message, await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CardEvents_OlderOrOfAnotherAccount_ChangeNothing()
    {
        var (account, other) = (await NewAccountAsync(isOn: false), await NewAccountAsync(isOn: false));
        var setup = new System.Text.Json.Nodes.JsonObject
        {
            ["id"] = "seti_" + Ids.NewText(),
            ["customer"] = $"cus_{account:N}",
            ["payment_method"] = "pm_stolen",
            ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["account_id"] = other.ToString() },
        };

        await server.TakeAsync("setup_intent.succeeded", setup);
        var late = setup.DeepClone().AsObject();
        late["metadata"]!["account_id"] = account.ToString();
        await server.Stripe.SendAsync("setup_intent.succeeded", late, TimeProvider.System.GetUtcNow().AddHours(-1));

        Assert.Equal(0L, await server.ScalarAsync<long>("SELECT COUNT(*) FROM stripe_customers WHERE card_id = 'pm_stolen'"));
    }

    /// <summary>An account with nothing on it, and a saved card.</summary>
    private async Task<Guid> NewAccountAsync(bool isOn = true)
    {
        var account = await server.NewAccountAsync();
        await SetUpAsync(account, Usual with { IsOn = isOn });
        return account;
    }

    private static AutoTopUpSettings Usual { get; } = new(IsOn: true, ThresholdCents: 500, AmountCents: 2500, MonthCapCents: 10_000);

    private async Task SetUpAsync(Guid account, AutoTopUpSettings? settings = null)
    {
        await server.ExecuteAsync(
            "INSERT INTO stripe_customers (account_id, live, customer_id, card_id, card_saved_at) VALUES (@account, false, @customer, 'pm_1', now())",
            ("account", account), ("customer", $"cus_{account:N}"));
        await server.Services.GetRequiredService<AutoTopUpTable>().SetAsync(account, settings ?? Usual, Cancelled);
    }

    private Task SwitchAsync(Guid account, bool isOn) =>
        server.Services.GetRequiredService<AutoTopUpTable>().SetAsync(account, Usual with { IsOn = isOn }, Cancelled);

    private List<StripeRequest> Asked(Guid account) =>
        [.. server.Stripe.Requests.Where(request => request.Path == "/v1/payment_intents" && request.Form["metadata[account_id]"] == account.ToString())];

    /// <summary>The payment of the newest attempt, once it is recorded or told of.</summary>
    private async Task<string> ChargedAsync(Guid account)
    {
        const string Newest = "(SELECT payment_id FROM auto_topup_attempts WHERE account_id = @account ORDER BY started_at DESC, id DESC LIMIT 1)";
        await UntilAsync(async () => await server.ScalarAsync<bool>($"SELECT {Newest} IS NOT NULL", ("account", account)));
        return await server.ScalarAsync<string>($"SELECT {Newest}", ("account", account));
    }

    private Task<string> StatusAsync(Guid account) => server.ScalarAsync<string>(
        "SELECT COALESCE((SELECT status FROM auto_topup_attempts WHERE account_id = @account ORDER BY started_at DESC, id DESC LIMIT 1), 'none')", ("account", account));

    private Task<long> CountAsync(Guid account, string status) => server.ScalarAsync<long>(
        "SELECT COUNT(*) FROM auto_topup_attempts WHERE account_id = @account AND status = @status", ("account", account), ("status", status));

    // The server's own clock makes rounds as well: a step may be its, and is then waited for.
    private async Task UntilAsync(Func<Task<bool>> isTrueAsync)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (!await isTrueAsync())
        {
            await Charges.RunOnceAsync(limit.Token);
            limit.Token.ThrowIfCancellationRequested();
        }
    }

    private static async Task<Guid> AccountOfAsync(ApiClient caller) =>
        Guid.Parse((await caller.GetAsync("/api/auth/me")).Expect(HttpStatusCode.OK)["accountId"]!.GetValue<string>());
}
