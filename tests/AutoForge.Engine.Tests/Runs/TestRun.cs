using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Activities.Flow;
using AutoForge.Connections;
using AutoForge.Engine.Expressions;
using AutoForge.Engine.Prices;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Workflows;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoForge.Engine.Tests.Runs;

/// <summary>One run in memory: a workflow, a journal, a clock.</summary>
internal sealed class TestRun
{
    private static readonly ActivityCatalogue Catalogue = new([.. typeof(Flowchart).Assembly.GetExportedTypes(), typeof(Touch)]);

    private static readonly ExpressionCompiler Expressions = new(StandardEvaluators.All());

    public TestRun(JsonObject document, Outside? outside = null)
    {
        Workflow = Compile(document);
        Outside = outside ?? new();
        Services = new ServiceCollection().AddSingleton(Outside).BuildServiceProvider();
    }

    public CompiledWorkflow Workflow { get; }

    /// <summary>What the test's own activities reach.</summary>
    public Outside Outside { get; }

    public IServiceProvider Services { get; init; }
    public MemoryJournal Journal { get; init; } = new();
    public FakeClock Clock { get; } = new(new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    public JsonObject Trigger { get; init; } = [];
    public JsonObject Input { get; init; } = [];
    public string? TriggerActivityId { get; init; }
    public string? CorrelationId { get; init; }
    public CancellationToken Cancellation { get; init; } = TestContext.Current.CancellationToken;
    public Guid OriginRunId { get; init; } = Guid.Parse("0195a000-0000-7000-8000-000000000001");
    public Guid RunId { get; init; } = Guid.Parse("0195a000-0000-7000-8000-000000000001");

    public static CompiledWorkflow Compile(JsonObject document) => new WorkflowCompiler(Catalogue, Expressions, () => PriceList.Original).Compile(document);

    public static WorkflowValidator Validator => new(Expressions);

    /// <summary>One burst; what it leaves is stored.</summary>
    public async Task<WalkResult> WalkAsync(bool dryRun = false)
    {
        var result = await new RunWalker(Expressions).WalkAsync(Workflow, Info(), Journal.Load(), Options(dryRun), Cancellation);
        Journal.Settle(result);
        return result;
    }

    /// <summary>Bursts until the run ends or is stuck; time jumps to the next due step.</summary>
    public async Task<WalkResult> WalkToEndAsync()
    {
        while (true)
        {
            var result = await WalkAsync();
            if (result.NextDueAt is not { } dueAt)
                return result;
            Clock.Advance(dueAt - Clock.Now);
        }
    }

    private RunInfo Info() => new()
    {
        RunId = RunId,
        OriginRunId = OriginRunId,
        AccountId = Guid.Parse("0195a000-0000-7000-8000-00000000000a"),
        WorkflowId = "workflow",
        WorkflowName = Workflow.Name,
        Version = 1,
        TriggerActivityId = TriggerActivityId,
        Trigger = Trigger,
        Input = Input,
        CorrelationId = CorrelationId,
        AcceptedAt = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero),
    };

    private WalkOptions Options(bool dryRun) => new()
    {
        Now = Clock.Now,
        DryRun = dryRun,
        Services = new()
        {
            Services = Services,
            Http = null!,
            OpenConnection = (_, name, type, _) => new(new Connection(Guid.Empty, name, type, [], new Dictionary<string, string> { ["password"] = Outside.Secret })),
            Time = Clock,
            Logger = NullLogger.Instance,
            Metrics = new(),
            Jitter = () => 1,
        },
    };
}
