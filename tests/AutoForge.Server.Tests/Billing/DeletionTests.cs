using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Server.Billing.AutoTopUps;
using AutoForge.Testing.Running;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Billing;

/// <summary>Who deletes their account is not charged any more, and the payment provider forgets them.</summary>
public sealed class DeletionTests(PaidServer server) : IClassFixture<PaidServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Delete_WithASubscription_CancelsItAndForgetsTheCustomer()
    {
        using var caller = await SubscribeAsync();
        var (account, subscription, customer) = await FactsAsync(caller);

        (await DeleteAsync(caller)).Expect(HttpStatusCode.NoContent);

        Assert.Equal("canceled", server.Stripe.Thing(subscription)["status"]!.GetValue<string>());
        var deleted = server.Stripe.Requests.Where(request => request.Method == "DELETE").Select(request => request.Path).ToList();
        Assert.Contains($"/v1/subscriptions/{subscription}", deleted);
        Assert.Contains($"/v1/customers/{customer}", deleted);
        foreach (var table in new[] { "stripe_customers", "alert_settings", "auto_topups", "auto_topup_attempts", "notices", "users" })
            Assert.Equal((table, 0L), (table, await server.ScalarAsync<long>($"SELECT COUNT(*) FROM {table} WHERE account_id = @account", ("account", account))));
        // The ledger stays as it is, and what the provider tells afterwards is taken.
        await server.Stripe.SendAsync("customer.subscription.deleted", server.Stripe.Thing(subscription), TimeProvider.System.GetUtcNow().AddMinutes(1));
        Assert.Equal("ended", await server.ScalarAsync<string>("SELECT status FROM subscriptions WHERE account_id = @account", ("account", account)));
        Assert.Equal([("grant", 100L), ("grant", 2000L)], await server.EntriesAsync(account));
        Assert.Empty(await server.ViolationsAsync());
    }

    [Fact]
    public async Task Delete_ProviderUnreachable_IsRefusedAndNothingIsErased()
    {
        using var caller = await SubscribeAsync();
        var (account, subscription, _) = await FactsAsync(caller);
        using var browser = await PageClient.SignInAsync(caller);
        foreach (var _ in Enumerable.Range(0, 4))
            server.Stripe.Failures.Enqueue((503, "api_error"));

        var refused = (await DeleteAsync(caller)).Expect(HttpStatusCode.BadGateway);
        using var page = await browser.SubmitAsync("/settings/data", "/settings/data/delete", ("email", caller.Email), ("password", ApiClient.Password));

        Assert.Equal("payment_provider", refused["code"]!.GetValue<string>());
        Assert.Contains("The account was not deleted", refused["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadGateway, page.StatusCode);
        Assert.Contains("The account was not deleted", await page.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal("active", server.Stripe.Thing(subscription)["status"]!.GetValue<string>());
        Assert.Equal(1L, await server.ScalarAsync<long>("SELECT COUNT(*) FROM stripe_customers WHERE account_id = @account", ("account", account)));
        (await caller.GetAsync("/api/auth/me")).Expect(HttpStatusCode.OK);

        (await DeleteAsync(caller)).Expect(HttpStatusCode.NoContent);
        Assert.Equal("canceled", server.Stripe.Thing(subscription)["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Delete_SubscriptionEndedAtTheProviderMeanwhile_GoesThrough()
    {
        using var caller = await SubscribeAsync();
        var (_, subscription, _) = await FactsAsync(caller);
        server.Stripe.Thing(subscription)["status"] = "canceled";

        (await DeleteAsync(caller)).Expect(HttpStatusCode.NoContent);
    }

    /// <summary>Somebody on the plan Pro, with a card for top-ups and settings of alerts.</summary>
    private async Task<ApiClient> SubscribeAsync()
    {
        var caller = await ApiClient.RegisterAsync(server.Address);
        var url = (await caller.PostAsync("/api/billing/create-checkout", new JsonObject { ["plan"] = "pro" })).Expect(HttpStatusCode.OK)["url"]!.GetValue<string>();
        await server.Stripe.PayAsync(url);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/user/alerts") { Content = JsonContent(new JsonObject { ["email"] = true }) };
        (await caller.SendAsync(request)).Expect(HttpStatusCode.OK);
        var account = await AccountOfAsync(caller);
        await server.Services.GetRequiredService<AutoTopUpTable>().SetAsync(account, new AutoTopUpSettings(IsOn: true, 100, 2500, 2500), Cancelled);
        return caller;
    }

    private async Task<(Guid Account, string Subscription, string Customer)> FactsAsync(ApiClient caller)
    {
        var account = await AccountOfAsync(caller);
        return (account,
            await server.ScalarAsync<string>("SELECT stripe_subscription_id FROM subscriptions WHERE account_id = @account", ("account", account)),
            await server.ScalarAsync<string>("SELECT customer_id FROM stripe_customers WHERE account_id = @account", ("account", account)));
    }

    private static Task<ApiAnswer> DeleteAsync(ApiClient caller) =>
        caller.PostAsync("/api/user/account/delete", new JsonObject { ["password"] = ApiClient.Password, ["email"] = caller.Email });

    private static StringContent JsonContent(JsonObject body) => new(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");

    private static async Task<Guid> AccountOfAsync(ApiClient caller) =>
        Guid.Parse((await caller.GetAsync("/api/auth/me")).Expect(HttpStatusCode.OK)["accountId"]!.GetValue<string>());
}
