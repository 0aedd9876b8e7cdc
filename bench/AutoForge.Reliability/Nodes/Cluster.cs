using System.Globalization;
using AutoForge.Reliability.Load;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;

namespace AutoForge.Reliability.Nodes;

/// <summary>Nodes on one new PostgreSQL, a target that they call, and accounts with published workflows.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    /// <summary>As short as the server lets it be.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    private readonly TestDirectory _data;
    private readonly Dictionary<string, string> _settings;

    private Cluster(TestDirectory data, Target target, Dictionary<string, string> settings, Random random)
    {
        _data = data;
        _settings = settings;
        Target = target;
        Random = random;
        // Whoever ends this program does not leave servers behind.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => EndNodes();
    }

    public Postgres Postgres { get; private set; } = null!;
    public Target Target { get; }
    public IReadOnlyList<Node> Nodes { get; private set; } = [];
    public IReadOnlyList<Hook> Hooks { get; private set; } = [];
    public int FencingRejections => Nodes.Sum(node => node.FencingRejections);

    /// <summary>Of one thread only: the one that does harm.</summary>
    public Random Random { get; }

    /// <param name="more">Settings of every node.</param>
    public static async Task<Cluster> StartAsync(int nodes, int accounts, Random random, params (string Name, string Value)[] more)
    {
        var cluster = await MakeAsync(random, more);
        try
        {
            await cluster.UseOwnDatabaseAsync(Path.Combine(cluster._data.Path, "postgres"));
            cluster._settings["AutoForge__DataDirectory"] = Path.Combine(cluster._data.Path, "node");
            await cluster.OpenAsync(nodes, accounts);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>One node with the database that it has embedded.</summary>
    public static async Task<Cluster> StartEmbeddedAsync(string directory, int accounts, Random random)
    {
        var cluster = await MakeAsync(random);
        try
        {
            cluster._settings["AutoForge__DataDirectory"] = directory;
            await cluster.OpenAsync(nodes: 1, accounts, () => cluster.Postgres = Postgres.Attach(Path.Combine(directory, "postgres")));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the node and opens its database without it.</summary>
    public async Task TakeDatabaseOutAsync(string directory)
    {
        await Nodes[0].StopAsync();
        await Postgres.DisposeAsync();
        await UseOwnDatabaseAsync(Path.Combine(directory, "postgres"));
    }

    /// <summary>Puts nodes with wrong clocks in the place of those there were, which have stopped.</summary>
    /// <param name="skews">Seconds that each is ahead.</param>
    public async Task ReplaceAsync(int[] skews)
    {
        Nodes = [.. skews.Select(_ => new Node(FreePort.Next(), _settings) { Program = "AutoForge.Reliability.dll" })];
        await Task.WhenAll(Nodes.Zip(skews, (node, skew) => node.StartAsync(
            (SkewedNode.Variable, skew.ToString(CultureInfo.InvariantCulture)))));
    }

    public Node AnyNode() => Nodes[Random.Next(Nodes.Count)];

    /// <summary>Runs a command of the server's program beside it.</summary>
    public Task<(int ExitCode, string Output)> CommandAsync(params string[] arguments) => ServerCommand.RunAsync(_settings, arguments);

    private static async Task<Cluster> MakeAsync(Random random, params (string Name, string Value)[] more)
    {
        TestDirectory.Sweep();
        var settings = new Dictionary<string, string>
        {
            // The most that the server takes.
            ["AutoForge__WelcomeCreditCents"] = "1000000",
            ["AutoForge__Egress__AllowedHosts__0"] = "localhost",
            ["AutoForge__Worker__LeaseSeconds"] = Lease.TotalSeconds.ToString("0", CultureInfo.InvariantCulture),
            ["AutoForge__Worker__PollMilliseconds"] = "100",
            // A run that is in the way of every kill is bad luck, not poison.
            ["AutoForge__Worker__MaxTries"] = "50",
            ["AutoForge__Stripe__SecretKey"] = StripeEvents.SecretKey,
            ["AutoForge__Stripe__WebhookSecret"] = StripeEvents.WebhookSecret,
            ["Logging__LogLevel__Default"] = "Warning",
            ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Warning",
        };
        foreach (var (name, value) in more)
            settings[name] = value;
        return new Cluster(new TestDirectory(), await Target.StartAsync(), settings, random);
    }

    private async Task UseOwnDatabaseAsync(string directory)
    {
        Postgres = await Postgres.StartAsync(directory);
        _settings["AutoForge__Database"] = Postgres.ConnectionString;
    }

    private async Task OpenAsync(int nodes, int accounts, Action? afterFirst = null)
    {
        Nodes = [.. Enumerable.Range(0, nodes).Select(_ => new Node(FreePort.Next(), _settings))];
        // The first alone: it brings the schema.
        await Nodes[0].StartAsync();
        afterFirst?.Invoke();
        await Task.WhenAll(Nodes.Skip(1).Select(node => node.StartAsync()));
        Hooks = await Drawings.PublishAsync(this, accounts);
    }

    private void EndNodes()
    {
        foreach (var node in Nodes)
            node.KillAsync().Wait();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            await node.DisposeAsync();
        await Target.DisposeAsync();
        if (Postgres is not null)
            await Postgres.DisposeAsync();
        _data.Dispose();
    }
}
