using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Engine.Ledger;
using AutoForge.Server.Tests.Admin;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Billing;

/// <summary>An administrator has events done that were left undone, and nothing that was done is done twice (reliability 21).</summary>
public sealed class EventReplayTests(PaidServer server) : IClassFixture<PaidServer>, IAsyncLifetime
{
    private const string Completed = "checkout.session.completed";

    private TestNode _node = null!;
    private ApiClient _admin = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _node = await TestNode.StartAsync(
            server.Server.Database.ConnectionString, services => services.AddSingleton<IClaimsTransformation, EverybodyIsAdmin>(), app => { },
            "Logging:LogLevel:Default=None", $"AutoForge:Stripe:ApiBase={server.Stripe.Address}",
            $"AutoForge:Stripe:SecretKey={StripeEvents.SecretKey}", $"AutoForge:Stripe:WebhookSecret={StripeEvents.WebhookSecret}");
        _admin = await ApiClient.RegisterAsync(_node.Address);
    }

    public async ValueTask DisposeAsync()
    {
        _admin.Dispose();
        await _node.DisposeAsync();
    }

    [Fact]
    public async Task Replay_OfAnEventThatNeverCame_IsBookedAndAuditedOnce()
    {
        var account = await server.NewAccountAsync();
        var id = NewEvent(StripeEvents.PaidSession(account, 1000));

        var first = await ReplayAsync(id);
        var second = await ReplayAsync(id);

        Assert.Equal(("booked", true), Of(first));
        Assert.Equal(("booked", false), Of(second));
        Assert.Equal(new AccountBalance(1000, 0), await server.BalanceAsync(account));
        Assert.Equal(1L, await server.ScalarAsync<long>("SELECT COUNT(*) FROM audit_entries WHERE action = 'payment_event_replayed' AND target = @id", ("id", id)));
        Assert.Empty(await server.ViolationsAsync());
    }

    [Fact]
    public async Task Replay_OfADeliveredEvent_ChangesNothing()
    {
        var account = await server.NewAccountAsync();
        var sent = server.Stripe.Keep(StripeEvents.Event(Completed, StripeEvents.PaidSession(account, 1000)));
        (await server.DeliverAsync(sent)).EnsureSuccessStatusCode();

        Assert.Equal(("booked", false), Of(await ReplayAsync(sent["id"]!.GetValue<string>())));

        Assert.Single(await server.EntriesAsync(account));
    }

    [Fact]
    public async Task Replay_OfAnEventThatCouldNotBeBooked_BooksItOnceItCan()
    {
        var account = Ids.NewId();
        var sent = server.Stripe.Keep(StripeEvents.Event(Completed, StripeEvents.PaidSession(account, 700)));
        (await server.DeliverAsync(sent)).EnsureSuccessStatusCode();
        var id = sent["id"]!.GetValue<string>();

        Assert.Equal(("unknown_account", true), Of(await ReplayAsync(id)));
        await server.Services.GetRequiredService<AccountOpening>().OpenAsync(account, 0, Cancelled);

        Assert.Equal(("booked", true), Of(await ReplayAsync(id)));
        Assert.Equal(new AccountBalance(700, 0), await server.BalanceAsync(account));
    }

    [Fact]
    public async Task Replay_AtOnceAndBesideTheDelivery_BooksOnce()
    {
        var account = await server.NewAccountAsync();
        var sent = server.Stripe.Keep(StripeEvents.Event(Completed, StripeEvents.PaidSession(account, 1000)));
        var id = sent["id"]!.GetValue<string>();

        var delivery = server.DeliverAsync(sent);
        var replays = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ReplayAsync(id)));
        (await delivery).EnsureSuccessStatusCode();

        Assert.All(replays, replay => Assert.Equal("booked", Of(replay).Outcome));
        Assert.True(replays.Count(replay => Of(replay).IsNew) <= 1);
        Assert.Single(await server.EntriesAsync(account));
    }

    [Theory]
    [InlineData("evt_unheard_of", "has no such event")]
    [InlineData("cs_test_1", "looks like evt_")]
    [InlineData("evt_1%2F..%2Fcustomers", "looks like evt_")]
    public async Task Replay_OfNoEvent_IsRefused(string id, string message)
    {
        var problem = (await _admin.PostAsync($"/api/admin/payment-events/{id}/replay")).Expect(HttpStatusCode.UnprocessableEntity);

        Assert.Equal("eventId", problem["errors"]![0]!["field"]!.GetValue<string>());
        Assert.Contains(message, problem["errors"]![0]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_ByAUser_DoesNotExist()
    {
        var account = await server.NewAccountAsync();
        var id = NewEvent(StripeEvents.PaidSession(account, 1000));
        using var user = await ApiClient.RegisterAsync(server.Address);

        var answer = await user.PostAsync($"/api/admin/payment-events/{id}/replay");

        Assert.Equal("not_found", (string)answer.Expect(HttpStatusCode.NotFound)["code"]!);
        Assert.Empty(await server.EntriesAsync(account));
    }

    [Fact]
    public async Task Page_ReplayOfARow_SaysWhatBecameOfIt()
    {
        using var browser = await PageClient.SignInAsync(_admin);
        var account = Ids.NewId();
        var sent = server.Stripe.Keep(StripeEvents.Event(Completed, StripeEvents.PaidSession(account, 700)));
        (await server.DeliverAsync(sent)).EnsureSuccessStatusCode();
        var id = sent["id"]!.GetValue<string>();

        var still = await ReplayOnPageAsync(browser, id);
        await server.Services.GetRequiredService<AccountOpening>().OpenAsync(account, 0, Cancelled);
        var booked = await ReplayOnPageAsync(browser, id);
        var again = await ReplayOnPageAsync(browser, id);
        using var wrong = await browser.SubmitAsync("/admin/payments", "/admin/payments/replay#missing", ("eventId", "cs_1"));

        Assert.Contains($"{id} ({Completed}) can still not be booked: it names no account", still, StringComparison.Ordinal);
        Assert.Contains($"{id} ({Completed}) is booked now.", booked, StringComparison.Ordinal);
        Assert.Contains($"{id} had been booked before. Nothing was changed.", again, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Contains("id=\"eventId-error\">The id of an event looks like", await wrong.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    private static async Task<string> ReplayOnPageAsync(PageClient browser, string id)
    {
        using var response = await browser.SubmitAsync("/admin/payments", "/admin/payments/replay", ("eventId", id));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Cancelled);
    }

    private string NewEvent(JsonObject session) => server.Stripe.Keep(StripeEvents.Event(Completed, session))["id"]!.GetValue<string>();

    private async Task<JsonNode> ReplayAsync(string id) => (await _admin.PostAsync($"/api/admin/payment-events/{id}/replay")).Expect(HttpStatusCode.OK);

    private static (string Outcome, bool IsNew) Of(JsonNode answer) => (answer["outcome"]!.GetValue<string>(), answer["isNew"]!.GetValue<bool>());
}
