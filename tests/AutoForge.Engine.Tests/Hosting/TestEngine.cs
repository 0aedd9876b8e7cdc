using System.Text.Json.Nodes;
using AutoForge.Activities.Triggers;
using AutoForge.Engine.Connections;
using AutoForge.Engine.Hosting;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Workflows;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoForge.Engine.Tests.Hosting;

/// <summary>One node: the engine as a host puts it together, with the stock activities. Its hosted parts run after <see cref="StartAsync"/>.</summary>
internal sealed class TestEngine : IAsyncDisposable
{
    private readonly Database _database;
    private readonly ServiceProvider _services;
    private IHostedService[] _started = [];

    private TestEngine(Database database, ServiceProvider services)
    {
        _database = database;
        _services = services;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public Guid NodeId => Get<NodeIdentity>().Id;

    /// <param name="connectionString">Of a migrated database.</param>
    /// <param name="worker">Short polls unless changed, and a lease that no slow machine loses; tests that want it lost say so.</param>
    /// <param name="replace">Adds services after the engine's own.</param>
    public static async Task<TestEngine> CreateAsync(
        string connectionString, Action<WorkerOptions>? worker = null, Action<IServiceCollection>? replace = null)
    {
        // All classes share a server of a hundred connections, and some run several nodes.
        if (!connectionString.Contains("Maximum Pool Size", StringComparison.Ordinal))
            connectionString += ";Maximum Pool Size=12;Timeout=30";
        var database = await Database.OpenAsync(new DatabaseOptions { ConnectionString = connectionString }, NullLoggerFactory.Instance, Token);
        var keys = await KeyRing.OpenAsync(database.DataSource, new KeyRingOptions(), NullLogger<KeyRing>.Instance, Token);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddAutoForge(database, keys, typeof(Webhook).Assembly);
        services.Configure<EgressOptions>(egress => egress.AllowedHosts.Add("localhost"));
        services.Configure<WorkerOptions>(options =>
        {
            options.LeaseSeconds = 30;
            options.PollMilliseconds = 50;
            worker?.Invoke(options);
        });
        replace?.Invoke(services);
        return new TestEngine(database, services.BuildServiceProvider());
    }

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public async Task StartAsync()
    {
        _started = [.. _services.GetServices<IHostedService>()];
        foreach (var part in _started)
            await part.StartAsync(Token);
    }

    /// <summary>An account of its own with this many cents.</summary>
    public async Task<Guid> OpenAccountAsync(long cents = 1_000)
    {
        var account = Ids.NewId();
        await Get<AccountOpening>().OpenAsync(account, cents, Token);
        return account;
    }

    /// <summary>Creates and publishes.</summary>
    public async Task<Publication> PublishAsync(Guid account, JsonObject workflow)
    {
        var created = await Get<WorkflowStore>().CreateAsync(account, workflow, Token);
        return (await Get<WorkflowPublisher>().PublishAsync(account, created.DefinitionId, Token))!;
    }

    public async Task<RunView> RunAsync(Guid account, Guid run) => (await Get<RunQueries>().GetAsync(account, run, Token))!;

    /// <summary>The run once it is in one of the states.</summary>
    public async Task<RunView> UntilAsync(Guid account, Guid run, params RunStatus[] statuses)
    {
        while (true)
        {
            var view = await RunAsync(account, run);
            if (statuses.Contains(view.Status))
                return view;
            await Task.Delay(5, Token);
        }
    }

    /// <summary>The run once it has ended.</summary>
    public Task<RunView> EndOfAsync(Guid account, Guid run) => UntilAsync(account, run, RunStatus.Succeeded, RunStatus.Failed, RunStatus.Cancelled);

    public async Task<AccountBalance> BalanceAsync(Guid account) => (await Get<LedgerQueries>().BalanceAsync(account, Token))!;

    public async Task<IReadOnlyList<InvariantResult>> ViolationsAsync() =>
        [.. (await Get<LedgerVerifier>().VerifyAsync(Token)).Where(result => result.Violations > 0)];

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _started.Reverse())
            await part.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }
}
