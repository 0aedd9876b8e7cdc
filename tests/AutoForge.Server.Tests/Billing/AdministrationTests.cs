using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Server.Tests.Admin;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Billing;

/// <summary>What administrators do about money, on a server where everybody is one.</summary>
public sealed class AdministrationTests(TestServer server) : IClassFixture<TestServer>, IAsyncLifetime
{
    private TestNode _node = null!;
    private ApiClient _admin = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _node = await TestNode.StartAsync(
            server.Database.ConnectionString, services => services.AddSingleton<IClaimsTransformation, EverybodyIsAdmin>(), app => { },
            "Logging:LogLevel:Default=None", $"AutoForge:Stripe:SecretKey={StripeEvents.SecretKey}", $"AutoForge:Stripe:WebhookSecret={StripeEvents.WebhookSecret}");
        _admin = await ApiClient.RegisterAsync(_node.Address);
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task PaymentEvents_ThatCouldNotBeBooked_AreListed()
    {
        using var sender = server.NewClient(_node.Address);
        var stray = StripeEvents.Event("checkout.session.completed", StripeEvents.PaidSession(Ids.NewId(), 1000));
        var live = StripeEvents.Event("checkout.session.completed", StripeEvents.PaidSession(Ids.NewId(), 1000), live: true);
        foreach (var sent in new[] { stray, live })
            (await StripeEvents.DeliverAsync(sender, sent, cancellationToken: Cancelled)).EnsureSuccessStatusCode();

        var first = (await _admin.GetAsync("/api/admin/payment-events?limit=1")).Expect(HttpStatusCode.OK);
        var second = (await _admin.GetAsync($"/api/admin/payment-events?limit=1&cursor={first["nextCursor"]}")).Expect(HttpStatusCode.OK);

        Assert.Equal(("refused", live["id"]!.GetValue<string>()), Of(first));
        Assert.Equal(("unknown_account", stray["id"]!.GetValue<string>()), Of(second));
        Assert.False(second["hasMore"]!.GetValue<bool>());

        static (string, string) Of(JsonNode page) => (page["data"]![0]!["outcome"]!.GetValue<string>(), page["data"]![0]!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Adjustment_TwiceWithOneKey_IsBookedAndAuditedOnce()
    {
        var account = (await _admin.GetAsync("/api/auth/me")).Expect(HttpStatusCode.OK)["accountId"]!.GetValue<string>();
        _admin.Http.DefaultRequestHeaders.Add("Idempotency-Key", "k1");

        for (var i = 0; i < 2; i++)
        {
            var answer = (await _admin.PostAsync($"/api/admin/accounts/{account}/adjustments", new JsonObject { ["amountCents"] = -40, ["reason"] = "Mistake" })).Expect(HttpStatusCode.OK);
            Assert.Equal(60, answer["availableCents"]!.GetValue<long>());
        }

        await using var audit = server.Database.DataSource.CreateCommand("SELECT COUNT(*) FROM audit_entries WHERE account_id = @account AND action = 'credit_adjusted'");
        audit.Parameters.AddWithValue("account", Guid.Parse(account));
        Assert.Equal(1L, await audit.ExecuteScalarAsync(Cancelled));
        (await _admin.PostAsync($"/api/admin/accounts/{Ids.NewId()}/adjustments", new JsonObject { ["amountCents"] = 5, ["reason"] = "x" })).Expect(HttpStatusCode.NotFound);
    }
}
