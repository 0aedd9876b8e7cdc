using AutoForge.Engine.Ledger;
using AutoForge.Server.Billing;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;

namespace AutoForge.Server.Tests.EndToEnd;

/// <summary>The real server as a process, on a database of its own, with a local HTTP server that it may call.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private ServerDatabase? _database;

    public ServerProcess Server { get; private set; } = null!;
    public HttpTarget Target { get; private set; } = null!;
    public StripeServer Stripe { get; private set; } = null!;

    /// <summary>For a second node.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; private set; } = new Dictionary<string, string>();

    public async ValueTask InitializeAsync()
    {
        _database = new ServerDatabase();
        await _database.InitializeAsync();
        Target = await HttpTarget.StartAsync();
        Stripe = await StripeServer.StartAsync();
        Settings = new Dictionary<string, string>
        {
            ["AutoForge__Database"] = _database.ConnectionString,
            ["AutoForge__Egress__AllowedHosts__0"] = "localhost",
            ["AutoForge__Worker__PollMilliseconds"] = "100",
            ["AutoForge__Stripe__ApiBase"] = Stripe.Address.ToString(),
            ["AutoForge__Stripe__SecretKey"] = StripeEvents.SecretKey,
            ["AutoForge__Stripe__WebhookSecret"] = StripeEvents.WebhookSecret,
        };
        Server = await ServerProcess.StartAsync(Settings);
        Stripe.WebhookAddress = Server.Address;
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Target.DisposeAsync();
        await Stripe.DisposeAsync();
        if (_database is not null)
            await _database.DisposeAsync();
    }

    /// <summary>Starts the server anew after its end.</summary>
    public async Task RestartAsync()
    {
        await EndLeasesAsync();
        Server = await ServerProcess.StartAsync(Settings, Server.Address.Port);
    }

    /// <summary>The leases of a node that was killed run out now and not in half a minute. Leases that short from the start would run out on a busy machine.</summary>
    public async Task EndLeasesAsync()
    {
        await using var command = _database!.DataSource.CreateCommand("UPDATE jobs SET due_at = now() WHERE lease_owner IS NOT NULL");
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Runs the verifier against the server's database.</summary>
    public async Task<IReadOnlyList<InvariantResult>> ViolationsAsync() =>
        [.. (await new LedgerVerifier(_database!.Database, BillingInvariants.All).VerifyAsync(TestContext.Current.CancellationToken)).Where(r => r.Violations > 0)];

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = _database!.DataSource.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private sealed class ServerDatabase() : TestDatabase([typeof(AutoForgeServer).Assembly]);
}
