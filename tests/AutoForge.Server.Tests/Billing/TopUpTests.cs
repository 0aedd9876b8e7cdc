using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AutoForge.Engine.Ledger;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;

namespace AutoForge.Server.Tests.Billing;

/// <summary>Top-ups from the button to the balance, against a stand-in of Stripe that is as strict about what it is sent.</summary>
public sealed class TopUpTests(PaidServer server) : IClassFixture<PaidServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateCheckout_Paid_IsOnTheBalance()
    {
        using var caller = await ApiClient.RegisterAsync(server.Address);

        var answer = (await caller.PostAsync("/api/billing/create-checkout", new JsonObject { ["amountCents"] = 1000 })).Expect(HttpStatusCode.OK);
        await server.Stripe.PayAsync(answer["url"]!.GetValue<string>());

        Assert.Equal(1100, await caller.AvailableAsync());
        var asked = server.Stripe.Requests.Last(request => request.Path == "/v1/checkout/sessions").Form;
        Assert.Equal(("payment", "true", "1000", "usd"), (asked["mode"], asked["invoice_creation[enabled]"], asked["line_items[0][price_data][unit_amount]"], asked["line_items[0][price_data][currency]"]));
        Assert.Equal("topup", (await caller.LedgerAsync("?type=topup")).Single()!["type"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(499)]
    [InlineData(50_001)]
    [InlineData(-1000)]
    [InlineData(long.MaxValue)]
    public async Task CreateCheckout_AmountOutOfRange_IsAProblem(long cents)
    {
        using var caller = await ApiClient.RegisterAsync(server.Address);
        var before = server.Stripe.Requests.Count;

        using var response = await caller.Http.PostAsJsonAsync("/api/billing/create-checkout", new { amountCents = cents }, Cancelled);

        var problem = await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        Assert.Equal("amountCents", problem.GetProperty("errors")[0].GetProperty("field").GetString());
        Assert.Equal(before, server.Stripe.Requests.Count);
    }

    [Fact]
    public async Task CreateCheckout_SameIdempotencyKey_IsOneSession()
    {
        using var caller = await ApiClient.RegisterAsync(server.Address);
        caller.Http.DefaultRequestHeaders.Add("Idempotency-Key", "once");

        var urls = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
            (await caller.PostAsync("/api/billing/create-checkout", new JsonObject { ["amountCents"] = 700 })).Expect(HttpStatusCode.OK)["url"]!.GetValue<string>()));

        Assert.Single(urls.Distinct());
        Assert.Equal(1L, await CountCustomersAsync());
    }

    [Fact]
    public async Task CreateCheckout_ProviderFailsOnce_IsAskedAgainWithTheSameKey()
    {
        using var caller = await ApiClient.RegisterAsync(server.Address);
        var before = server.Stripe.Requests.Count;
        server.Stripe.Failures.Enqueue((500, "api_error"));

        (await caller.PostAsync("/api/billing/create-checkout", new JsonObject { ["amountCents"] = 700 })).Expect(HttpStatusCode.OK);

        var customers = server.Stripe.Requests.Skip(before).Where(request => request.Path == "/v1/customers").ToList();
        Assert.Equal(2, customers.Count);
        Assert.Single(customers.Select(request => request.IdempotencyKey).Distinct());
    }

    [Fact]
    public async Task CreateCheckout_ProviderRefuses_IsAProblemWithoutItsWords()
    {
        using var caller = await ApiClient.RegisterAsync(server.Address);
        server.Stripe.Failures.Enqueue((402, "card_declined"));

        using var response = await caller.Http.PostAsJsonAsync("/api/billing/create-checkout", new { amountCents = 1000 }, Cancelled);

        var problem = await response.ProblemAsync(HttpStatusCode.BadGateway, "payment_provider");
        Assert.DoesNotContain("Told to fail", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateCheckout_WithoutKeys_IsAProblemAndThePageSaysSo()
    {
        using var caller = await ApiClient.RegisterAsync(server.Server.Address);
        using var visitor = await PageClient.SignInAsync(caller);

        using var response = await caller.Http.PostAsJsonAsync("/api/billing/create-checkout", new { amountCents = 1000 }, Cancelled);

        await response.ProblemAsync(HttpStatusCode.ServiceUnavailable, "payments_off");
        Assert.Contains("Payments are off on this server", await visitor.TextAsync("/billing"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_FromTheButtonToTheReturn_ShowsThePayment()
    {
        using var caller = await ApiClient.RegisterAsync(server.Address);
        using var visitor = await PageClient.SignInAsync(caller);

        using var leaving = await visitor.SubmitAsync("/billing", "/billing/top-up", ("amount", "25"));
        var refresh = leaving.Headers.GetValues("Refresh").Single();
        var session = refresh[(refresh.LastIndexOf('/') + 1)..];
        var waiting = await visitor.TextAsync($"/billing?paid={session}");
        var arrival = await visitor.TextAsync($"/billing/arrival?session={session}");
        await server.Stripe.PayAsync(refresh);

        Assert.StartsWith($"0; url={server.Stripe.Address}pay/", refresh, StringComparison.Ordinal);
        Assert.Contains("Waiting for the payment", waiting, StringComparison.Ordinal);
        Assert.Contains("data-refresh=", arrival, StringComparison.Ordinal);
        Assert.Contains($"data-goto=\"/billing?paid={session}\"", await visitor.TextAsync($"/billing/arrival?session={session}"), StringComparison.Ordinal);
        Assert.Contains("$25.00 have been added", await visitor.TextAsync($"/billing?paid={session}"), StringComparison.Ordinal);
        // Somebody else's payment is not shown, nor whether it has come.
        using var other = await PageClient.SignUpAsync(server.Address);
        Assert.DoesNotContain("have been added", await other.TextAsync($"/billing?paid={session}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4.99", "The amount must be $5.00 to $500.00")]
    [InlineData("1.234", "Write an amount in dollars")]
    [InlineData("ten", "Write an amount in dollars")]
    [InlineData("", "Write an amount in dollars")]
    public async Task Page_BadAmount_IsToldBesideTheField(string amount, string message)
    {
        using var visitor = await PageClient.SignUpAsync(server.Address);

        using var response = await visitor.SubmitAsync("/billing", "/billing/top-up", ("amount", amount));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains($"id=\"amount-error\">{message}", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OfAnAccountThatOwes_SaysSo()
    {
        using var caller = await ApiClient.RegisterAsync(server.Address);
        using var visitor = await PageClient.SignInAsync(caller);
        var url = (await caller.PostAsync("/api/billing/create-checkout", new JsonObject { ["amountCents"] = 1000 })).Expect(HttpStatusCode.OK)["url"]!.GetValue<string>();
        await server.Stripe.PayAsync(url);
        var payment = server.Stripe.Thing(url[(url.LastIndexOf('/') + 1)..])["payment_intent"]!.GetValue<string>();
        await server.Stripe.SendAsync("charge.dispute.created", StripeEvents.Dispute(payment, "dp_" + payment, 1250, "needs_response"));

        Assert.Contains("The account owes $1.50", await visitor.TextAsync("/billing"), StringComparison.Ordinal);
        Assert.Equal(new AccountBalance(0, 0, 150), await server.BalanceAsync(await AccountOfAsync(caller)));
    }

    private static async Task<Guid> AccountOfAsync(ApiClient caller) =>
        Guid.Parse((await caller.GetAsync("/api/auth/me")).Expect(HttpStatusCode.OK)["accountId"]!.GetValue<string>());

    private async Task<long> CountCustomersAsync()
    {
        var customer = server.Stripe.Requests.Last(request => request.Path == "/v1/checkout/sessions").Form["customer"];
        return await server.ScalarAsync<long>("SELECT COUNT(*) FROM stripe_customers WHERE customer_id = @id", ("id", customer));
    }
}
