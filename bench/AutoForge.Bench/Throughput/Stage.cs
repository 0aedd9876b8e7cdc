using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Storage.Embedded;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using Npgsql;

namespace AutoForge.Bench.Throughput;

/// <summary>The real server with its own database, accounts with credit and a published workflow each, and the target they call.</summary>
internal sealed class Stage : IAsyncDisposable
{
    private const long CreditCents = 1_000_000_000_000;
    private static readonly TimeSpan CommandLimit = TimeSpan.FromHours(1);

    private readonly TestDirectory _data;
    private readonly Dictionary<string, string> _settings;

    private Stage(TestDirectory data, Dictionary<string, string> settings, FlightBook flights, Target target, ServerProcess server)
    {
        _data = data;
        _settings = settings;
        Flights = flights;
        Target = target;
        Server = server;
        var postgres = Path.Combine(data.Path, "postgres");
        ConnectionString = EmbeddedPostgres.TryAttach(new EmbeddedPostgresOptions { DataDirectory = postgres })
            ?? throw new InvalidOperationException("The server's database is not there.");
        Database = NpgsqlDataSource.Create(ConnectionString);
        PostgresProcess = int.Parse(File.ReadLines(Path.Combine(postgres, "cluster", "postmaster.pid")).First(), CultureInfo.InvariantCulture);
    }

    public FlightBook Flights { get; }
    public Target Target { get; }
    public ServerProcess Server { get; }
    public int PostgresProcess { get; }

    /// <summary>Whom callers call and the observer looks at.</summary>
    public IReadOnlyList<Hook> Hooks { get; set; } = [];
    public IPEndPoint Address => new(IPAddress.Loopback, Server.Address.Port);

    /// <summary>Of the server's own database; holds its password.</summary>
    public string ConnectionString { get; }

    public NpgsqlDataSource Database { get; }

    /// <param name="accounts">That are opened, with a workflow each.</param>
    /// <param name="more">Settings of the server besides those that a benchmark needs.</param>
    public static async Task<Stage> SetAsync(int accounts, params IReadOnlyList<(string Name, string Value)> more)
    {
        var data = new TestDirectory();
        var flights = new FlightBook();
        var target = new Target(flights);
        var settings = new Dictionary<string, string>
        {
            ["AutoForge__DataDirectory"] = data.Path,
            // A second node needs the same.
            ["AutoForge__MasterKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["AutoForge__Egress__AllowedHosts__0"] = $"127.0.0.1:{target.Port}",
            // Once a day, and five minutes after the start: it would fall into one row or another.
            ["AutoForge__LedgerCheck__EveryHours"] = "0",
            // Lets the statements through that the database is asked to log after a window, and nothing before.
            ["Logging__LogLevel__AutoForge.Engine.Storage.Embedded"] = "Debug",
        };
        foreach (var (name, value) in more)
            settings[name] = value;
        var stage = new Stage(data, settings, flights, target, await ServerProcess.StartAsync(settings));
        var hooks = new List<Hook>();
        for (var i = 0; i < accounts; i++)
            hooks.Add(await stage.OpenAccountAsync());
        stage.Hooks = hooks;
        return stage;
    }

    /// <summary>A second node on the same database.</summary>
    public Task<ServerProcess> StartSecondAsync() => ServerProcess.StartAsync(new Dictionary<string, string>(_settings)
    {
        ["AutoForge__DataDirectory"] = Path.Combine(_data.Path, "second"),
        ["AutoForge__Database"] = ConnectionString,
    });

    /// <summary>Runs a command of the server's program beside it.</summary>
    public Task<(int ExitCode, string Output)> CommandAsync(params string[] arguments) => ServerCommand.RunAsync(_settings, CommandLimit, arguments);

    /// <summary>
    /// Leaves the database as quiet hours do: dead rows are cleared, and the files of the log are used again. A new server makes a
    /// file for every 4 MB, and nothing is committed meanwhile.
    /// </summary>
    public async Task TidyAsync()
    {
        foreach (var sql in new[] { "VACUUM (ANALYZE)", "CHECKPOINT" })
        {
            await using var command = Database.CreateCommand(sql);
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync();
        }
    }

    private async Task<Hook> OpenAccountAsync()
    {
        using var account = await Server.RegisterAsync();
        var publication = await account.PublishAsync(Draw.Chain("Orders",
            Draw.Webhook(),
            Draw.Activity("send", "AutoForge.HttpRequest",
                ("method", Draw.Literal("POST")),
                ("url", Draw.Literal($"http://127.0.0.1:{Target.Port}/orders")),
                ("body", Draw.Template("""{"order":"{{ trigger.body.order }}","customer":"{{ trigger.body.customer }}"}""")))));
        var token = publication["triggers"]![0]!["url"]!.GetValue<string>().Split('/')[^1];

        await using var command = Database.CreateCommand("SELECT account_id FROM triggers WHERE token = @token");
        command.Parameters.AddWithValue("token", token);
        var accountId = (Guid)(await command.ExecuteScalarAsync())!;
        await CreditAsync(accountId);
        return new Hook(accountId, token);
    }

    private async Task CreditAsync(Guid accountId)
    {
        await using var connection = await Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var booking = await CreditBooking.LockAsync(connection, transaction, accountId, CancellationToken.None)
            ?? throw new InvalidOperationException("The account is not there.");
        booking.Add(EntryType.Grant, CreditCents, "bench", "Credit for the benchmark");
        await booking.WriteAsync(CancellationToken.None);
        await transaction.CommitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await Server.StopAsync();
        await Server.DisposeAsync();
        await Target.DisposeAsync();
        _data.Dispose();
    }
}
