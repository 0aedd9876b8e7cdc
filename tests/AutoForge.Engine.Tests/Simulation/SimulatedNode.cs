using AutoForge.Activities.Flow;
using AutoForge.Engine.Expressions;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Prices;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Telemetry;
using AutoForge.Engine.Tests.Runs;
using AutoForge.Engine.Triggers;
using AutoForge.Engine.Workflows;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>
/// One life of a node: the engine's real parts, put together as a host does, without its loops and threads of its own; the
/// story does what they would do, when it wants it done.
/// </summary>
internal sealed class SimulatedNode : IAsyncDisposable
{
    public const int MaxTries = 3;
    public static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    private static readonly ActivityCatalogue Catalogue = new([.. typeof(Flowchart).Assembly.GetExportedTypes(), typeof(Call)]);
    private static readonly ExpressionCompiler Expressions = new(StandardEvaluators.All());
    private static readonly IServiceProvider NoServices = new ServiceCollection().BuildServiceProvider();
    private static readonly IOptions<WorkerOptions> Options = Microsoft.Extensions.Options.Options.Create(
        new WorkerOptions { LeaseSeconds = (int)LeaseTime.TotalSeconds, MaxTries = MaxTries, MaxConcurrentRuns = 64 });

    private readonly RunCommits _commits;
    private readonly RunWriter _writer;
    private readonly EngineMetrics _metrics = new();

    public SimulatedNode(string name, Database database, WorkflowVersions versions, FakeClock time, World world)
    {
        Name = name;
        World = world;
        Queue = new JobQueue(database, Identity, time, Options);
        var signals = new RunSignals();
        var clock = new DatabaseClock(time);
        clock.Set(time.Now);
        _commits = new RunCommits(database, Queue, signals, _metrics, clock, time, Options);
        _writer = new RunWriter(_commits, _metrics, time, NullLogger<RunWriter>.Instance);
        var (runs, steps) = (new RunStore(database), new StepStore(database));
        var walker = new RunWalker(Expressions);
        var services = new RunServices
        {
            Services = NoServices,
            Http = null!,
            OpenConnection = (_, _, _, _) => throw new NotSupportedException("No step of a story has a connection."),
            Time = time,
            Logger = NullLogger.Instance,
            Metrics = _metrics,
            Jitter = () => 0.5,
        };
        Handler = new RunHandler(runs, steps, _writer, new RunPlaces(database, Queue, Options), versions, walker, services, Options);
        Jobs = new SteppedJobs(this);
        Keeper = new LeaseKeeper(Queue, _metrics, time, Options, NullLogger<LeaseKeeper>.Instance);
        Worker = new JobWorker(Queue, Keeper, Jobs, time, Options, NullLogger<JobWorker>.Instance);
        Acceptance = new RunAcceptance(database, _commits, Worker, new HeadStarts(versions, walker, services, Worker, clock), _metrics, time);
        Cancellation = new RunCancellation(database, signals, Worker, _metrics, Options);
        Replay = new RunReplay(runs, steps, versions, Catalogue, Acceptance);
    }

    public static WorkflowCompiler Compiler { get; } = new(Catalogue, Expressions, () => PriceList.Original);
    public static WorkflowValidator Validator { get; } = new(Expressions);

    /// <summary>Of its machine: the node that takes its place after its death has the same.</summary>
    public string Name { get; }
    public NodeIdentity Identity { get; } = new();
    public World World { get; }
    public JobQueue Queue { get; }
    public RunHandler Handler { get; }
    public SteppedJobs Jobs { get; }
    public LeaseKeeper Keeper { get; }
    public JobWorker Worker { get; }
    public RunAcceptance Acceptance { get; }
    public RunCancellation Cancellation { get; }
    public RunReplay Replay { get; }

    /// <summary>Starts a claimed job as the worker's loop does.</summary>
    public ValueTask<HeldWalk> StartAsync(Lease lease)
    {
        if (!Worker.TryReserve())
            throw new InvalidOperationException("A story has more runs under way than a node has room for.");
        Worker.Start(lease);
        return Jobs.NextAsync();
    }

    /// <summary>Its death: whatever is under way goes no further.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.StopAsync(CancellationToken.None);
        await _commits.DisposeAsync();
        Keeper.Dispose();
        Worker.Dispose();
        _metrics.Dispose();
    }
}
