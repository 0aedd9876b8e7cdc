using System.Text.Json.Nodes;
using AutoForge.Engine.Ledger;
using AutoForge.Server.Billing;
using AutoForge.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Billing;

/// <summary>A server on which payments are on, and the stand-in of Stripe: <c>IClassFixture&lt;PaidServer&gt;</c>.</summary>
public sealed class PaidServer : IAsyncLifetime
{
    private TestNode _node = null!;

    public TestServer Server { get; } = new();

    public StripeServer Stripe { get; private set; } = null!;

    /// <summary>The node with the keys of the payment provider; <see cref="Server"/>'s own has none.</summary>
    public Uri Address => _node.Address;

    public IServiceProvider Services => _node.App.Services;

    public HttpClient Client { get; private set; } = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await Server.InitializeAsync();
        Stripe = await StripeServer.StartAsync();
        _node = await Server.StartNodeAsync(
            app => { }, "Logging:LogLevel:Default=None", $"AutoForge:Stripe:ApiBase={Stripe.Address}",
            $"AutoForge:Stripe:SecretKey={StripeEvents.SecretKey}", $"AutoForge:Stripe:WebhookSecret={StripeEvents.WebhookSecret}");
        Stripe.WebhookAddress = Address;
        Client = Server.NewClient(Address);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Stripe.DisposeAsync();
        await Server.DisposeAsync();
    }

    /// <summary>An account with nothing on it.</summary>
    public async Task<Guid> NewAccountAsync(long cents = 0)
    {
        var id = Ids.NewId();
        await Services.GetRequiredService<AccountOpening>().OpenAsync(id, cents, Cancelled);
        return id;
    }

    public Task<HttpResponseMessage> DeliverAsync(JsonNode sent, string? signature = null) => StripeEvents.DeliverAsync(Client, sent, signature, Cancelled);

    /// <summary>Delivers an event that must be taken; returns its outcome.</summary>
    public async Task<string> TakeAsync(string type, JsonObject thing, bool live = false)
    {
        var sent = StripeEvents.Event(type, thing, live: live);
        using var response = await DeliverAsync(sent);
        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        return await ScalarAsync<string>("SELECT outcome FROM stripe_events WHERE id = @id", ("id", sent["id"]!.GetValue<string>()));
    }

    public async Task<AccountBalance> BalanceAsync(Guid account) =>
        (await Services.GetRequiredService<LedgerQueries>().BalanceAsync(account, Cancelled))!;

    /// <summary>Type and change of the available balance, oldest first.</summary>
    public async Task<IReadOnlyList<(string Type, long Cents)>> EntriesAsync(Guid account) =>
        [.. (await Services.GetRequiredService<LedgerQueries>().ListAsync(account, new LedgerFilter(), null, 1000, Cancelled))
            .Reverse().Select(entry => (entry.Type, entry.AvailableDeltaCents))];

    public async Task<IReadOnlyList<InvariantResult>> ViolationsAsync() =>
        [.. (await new LedgerVerifier(Server.Database.Database, BillingInvariants.All).VerifyAsync(Cancelled)).Where(result => result.Violations > 0)];

    public async Task ExecuteAsync(string sql, params (string Name, object Value)[] parameters)
    {
        await using var command = Server.Database.DataSource.CreateCommand(sql);
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        await command.ExecuteNonQueryAsync(Cancelled);
    }

    public async Task<T> ScalarAsync<T>(string sql, params (string Name, object Value)[] parameters)
    {
        await using var command = Server.Database.DataSource.CreateCommand(sql);
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return (T)(await command.ExecuteScalarAsync(Cancelled))!;
    }
}
