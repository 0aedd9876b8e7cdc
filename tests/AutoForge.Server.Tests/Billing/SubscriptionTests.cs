using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Engine.Limits;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Billing.Plans;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Billing;

/// <summary>Plans from checkout to limits, with events late, twice and in any order.</summary>
public sealed class SubscriptionTests(PaidServer server) : IClassFixture<PaidServer>, IAsyncLifetime
{
    private ApiClient _caller = null!;
    private Guid _account;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _caller = await ApiClient.RegisterAsync(server.Address);
        _account = Guid.Parse((await _caller.GetAsync("/api/auth/me")).Expect(HttpStatusCode.OK)["accountId"]!.GetValue<string>());
    }

    public ValueTask DisposeAsync()
    {
        _caller.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Plans_AsSeeded_AreListed()
    {
        var plans = (await _caller.GetAsync("/api/billing/plans")).Expect(HttpStatusCode.OK)["data"]!.AsArray();

        Assert.Equal(["free", "pro", "enterprise"], plans.Select(plan => plan!["id"]!.GetValue<string>()));
        Assert.Equal([0, 2900, 9900], plans.Select(plan => plan!["priceCents"]!.GetValue<int>()));
        Assert.Equal("free", (await SubscriptionAsync())["plan"]!.GetValue<string>());
        // From the first moment on, not from the first payment.
        Assert.Equal((20, 0), await LimitsAsync());
    }

    [Fact]
    public async Task Checkout_Paid_BringsLimitsAndTheMonthsCredit()
    {
        await SubscribeAsync("pro");

        var subscription = await SubscriptionAsync();
        Assert.Equal(("pro", "active"), (subscription["plan"]!.GetValue<string>(), subscription["status"]!.GetValue<string>()));
        Assert.Equal(2100, await _caller.AvailableAsync());
        Assert.Equal((200, 10), await LimitsAsync());
        var second = await _caller.PostAsync("/api/billing/create-checkout", new JsonObject { ["plan"] = "enterprise" });
        Assert.Equal("already_subscribed", second.Expect(HttpStatusCode.Conflict)["code"]!.GetValue<string>());
        Assert.Empty(await server.ViolationsAsync());
    }

    [Fact]
    public async Task Invoice_PaidTwiceOrForAChange_GivesCreditOncePerMonth()
    {
        var subscription = await SubscribeAsync("pro");
        var invoice = StripeServer.NewInvoice(subscription);
        await server.Stripe.SendAsync("invoice.paid", invoice);
        await server.Stripe.SendAsync("invoice.paid", invoice);
        var change = StripeServer.NewInvoice(subscription);
        change["billing_reason"] = "subscription_update";
        await server.Stripe.SendAsync("invoice.paid", change);

        Assert.Equal(100 + 2000 + 2000, await _caller.AvailableAsync());
    }

    [Fact]
    public async Task Invoice_ToldBeforeItsSubscription_GivesTheCredit()
    {
        var url = (await _caller.PostAsync("/api/billing/create-checkout", new JsonObject { ["plan"] = "enterprise" })).Expect(HttpStatusCode.OK)["url"]!.GetValue<string>();
        var session = server.Stripe.Thing(url[(url.LastIndexOf('/') + 1)..]);
        var invoice = StripeServer.NewInvoice(new JsonObject { ["id"] = "sub_early_" + _account.ToString("N"), ["customer"] = session["customer"]!.DeepClone() });
        invoice["subscription_details"] = new JsonObject { ["metadata"] = session["subscription_metadata"]!.DeepClone() };

        await server.Stripe.SendAsync("invoice.paid", invoice);

        Assert.Equal(100 + 8000, await _caller.AvailableAsync());
    }

    [Fact]
    public async Task Updates_OutOfOrder_TheNewestStateHolds()
    {
        var subscription = await SubscribeAsync("pro");
        var now = TimeProvider.System.GetUtcNow();
        var ending = subscription.DeepClone().AsObject();
        ending["cancel_at_period_end"] = true;

        await server.Stripe.SendAsync("customer.subscription.updated", ending, now.AddSeconds(20));
        await server.Stripe.SendAsync("customer.subscription.updated", subscription, now.AddSeconds(10));

        Assert.True((await SubscriptionAsync())["cancelAtPeriodEnd"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Deleted_ThenAnOlderUpdate_StaysFree()
    {
        var subscription = await SubscribeAsync("pro");
        var now = TimeProvider.System.GetUtcNow();

        await server.Stripe.SendAsync("customer.subscription.deleted", subscription, now.AddSeconds(10));
        await server.Stripe.SendAsync("customer.subscription.updated", subscription, now.AddSeconds(10));

        var known = await SubscriptionAsync();
        Assert.Equal(("free", "ended"), (known["plan"]!.GetValue<string>(), known["status"]!.GetValue<string>()));
        Assert.Equal((20, 0), await LimitsAsync());
    }

    [Fact]
    public async Task Payment_Failed_HasAGracePeriodAndThenTheFreePlan()
    {
        var subscription = await SubscribeAsync("pro");
        await server.Stripe.SendAsync("invoice.payment_failed", StripeServer.NewInvoice(subscription));
        var late = await SubscriptionAsync();
        using var visitor = await PageClient.SignInAsync(_caller);
        var page = await visitor.TextAsync("/billing/plans");

        await server.Services.GetRequiredService<PlanKeeper>().RunOnceAsync(Cancelled);
        var still = await SubscriptionAsync();
        await ExecuteAsync("UPDATE subscriptions SET grace_until = now() - interval '1 second' WHERE account_id = @account");
        await server.Services.GetRequiredService<PlanKeeper>().RunOnceAsync(Cancelled);

        Assert.Equal(("pro", "past_due"), (late["plan"]!.GetValue<string>(), late["status"]!.GetValue<string>()));
        Assert.InRange(late["graceUntil"]!.GetValue<DateTimeOffset>() - TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(6.9), TimeSpan.FromDays(7));
        Assert.Contains("The last payment has failed", page, StringComparison.Ordinal);
        Assert.Equal("pro", still["plan"]!.GetValue<string>());
        Assert.Equal("free", (await SubscriptionAsync())["plan"]!.GetValue<string>());
        Assert.Equal((20, 0), await LimitsAsync());
    }

    [Fact]
    public async Task Payment_MadeGood_EndsTheGracePeriod()
    {
        var subscription = await SubscribeAsync("pro");
        var invoice = StripeServer.NewInvoice(subscription);
        await server.Stripe.SendAsync("invoice.payment_failed", invoice);
        await server.Stripe.SendAsync("invoice.paid", invoice);
        // A late word of the first try.
        await server.Stripe.SendAsync("invoice.payment_failed", invoice);

        var known = await SubscriptionAsync();
        Assert.Equal("active", known["status"]!.GetValue<string>());
        Assert.Null(known["graceUntil"]);
        Assert.Equal(100 + 2000 + 2000, await _caller.AvailableAsync());
    }

    [Fact]
    public async Task Downgrade_WithMoreWorkflowsThanAllowed_SwitchesTheYoungestOffAndDeletesNothing()
    {
        var subscription = await SubscribeAsync("pro");
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
            ids.Add((await _caller.PublishAsync(Draw.Chain($"W{i}", Draw.Webhook())))["definitionId"]!.GetValue<string>());
        await server.Services.GetRequiredService<PlanKeeper>().RunOnceAsync(Cancelled);
        await ExecuteAsync("UPDATE plans SET workflows = 2 WHERE id = 'free'");

        await server.Stripe.SendAsync("customer.subscription.deleted", subscription, TimeProvider.System.GetUtcNow().AddSeconds(5));
        await server.Services.GetRequiredService<PlanKeeper>().RunOnceAsync(Cancelled);
        await ExecuteAsync("UPDATE plans SET workflows = 20 WHERE id = 'free'");

        (await _caller.PostAsync($"/api/v1/workflows/{ids[0]}/run")).Expect(HttpStatusCode.Accepted);
        (await _caller.PostAsync($"/api/v1/workflows/{ids[1]}/run")).Expect(HttpStatusCode.Accepted);
        Assert.Equal("workflow_not_published", (await _caller.PostAsync($"/api/v1/workflows/{ids[2]}/run")).Expect(HttpStatusCode.Conflict)["code"]!.GetValue<string>());
        (await _caller.GetAsync($"/api/v1/workflows/{ids[2]}")).Expect(HttpStatusCode.OK);
        using var visitor = await PageClient.SignInAsync(_caller);
        Assert.Contains("1 workflow was switched off", await visitor.TextAsync("/billing/plans"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Portal_WithAndWithoutACustomer_IsAPageOrAProblem()
    {
        var none = (await _caller.PostAsync("/api/billing/create-portal")).Expect(HttpStatusCode.Conflict);
        await SubscribeAsync("pro");
        var portal = (await _caller.PostAsync("/api/billing/create-portal")).Expect(HttpStatusCode.OK);

        Assert.Equal("nothing_paid", none["code"]!.GetValue<string>());
        Assert.StartsWith($"{server.Stripe.Address}portal/", portal["url"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("free")]
    [InlineData("golden")]
    public async Task Checkout_OfNoPaidPlan_IsAProblem(string plan)
    {
        var answer = (await _caller.PostAsync("/api/billing/create-checkout", new JsonObject { ["plan"] = plan })).Expect(HttpStatusCode.UnprocessableEntity);

        Assert.Equal("plan", answer["errors"]![0]!["field"]!.GetValue<string>());
    }

    [Fact]
    public async Task Page_ChoosePlan_LeadsToThePaymentPage()
    {
        using var visitor = await PageClient.SignInAsync(_caller);

        using var leaving = await visitor.SubmitAsync("/billing/plans", "/billing/plans/choose");

        Assert.StartsWith($"0; url={server.Stripe.Address}pay/", leaving.Headers.GetValues("Refresh").Single(), StringComparison.Ordinal);
        Assert.Equal("2900", server.Stripe.Requests[^1].Form["line_items[0][price_data][unit_amount]"]);
    }

    [Fact]
    public async Task Plan_EditedByAnAdministrator_ReachesItsAccounts()
    {
        await SubscribeAsync("enterprise");
        var editing = server.Services.GetRequiredService<PlanEditing>();
        var change = new PlanChange("Enterprise", 9900, 8000, 1000, null, null, 200, 365, null, 10000, 30, null);

        await editing.UpdateAsync("enterprise", change, Cancelled);
        await server.Services.GetRequiredService<PlanKeeper>().RunOnceAsync(Cancelled);
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => editing.UpdateAsync("free", change with { DiscountPercent = 101, ConcurrentRuns = 0 }, Cancelled));

        Assert.Equal((1000, 30), await LimitsAsync());
        Assert.Equal(["priceCents", "discountPercent", "concurrentRuns"], refused.Errors.Select(error => error.Field));
        await Assert.ThrowsAsync<NotFoundException>(() => editing.UpdateAsync("golden", change, Cancelled));
    }

    private async Task<JsonObject> SubscribeAsync(string plan)
    {
        var url = (await _caller.PostAsync("/api/billing/create-checkout", new JsonObject { ["plan"] = plan })).Expect(HttpStatusCode.OK)["url"]!.GetValue<string>();
        await server.Stripe.PayAsync(url);
        return server.Stripe.Thing(server.Stripe.Thing(url[(url.LastIndexOf('/') + 1)..])["subscription"]!.GetValue<string>());
    }

    private async Task<JsonNode> SubscriptionAsync() => (await _caller.GetAsync("/api/billing/subscription")).Expect(HttpStatusCode.OK);

    private async Task<(int? Workflows, int Discount)> LimitsAsync()
    {
        var use = await server.Services.GetRequiredService<AccountLimits>().GetAsync(_account, Cancelled);
        return (use!.Limits.Workflows, use.Limits.DiscountPercent);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = server.Server.Database.DataSource.CreateCommand(sql);
        if (sql.Contains("@account", StringComparison.Ordinal))
            command.Parameters.AddWithValue("account", _account);
        await command.ExecuteNonQueryAsync(Cancelled);
    }
}
