using System.Text.Json.Nodes;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Runs;

/// <param name="Value">As the stored steps left it; long text is cut.</param>
public sealed record RunVariable(string Id, string Name, JsonNode? Value);

/// <summary>What a run was given, and what it has made so far.</summary>
public sealed record RunData(JsonObject Input, JsonObject Output, IReadOnlyList<RunVariable> Variables);

/// <summary>
/// Knows the variables and outputs of a run at any time. They are not stored: the journal is told again, which touches
/// nothing outside and stores nothing.
/// </summary>
public sealed class RunRetelling
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly RunStore _runs;
    private readonly StepStore _steps;
    private readonly WorkflowVersions _versions;
    private readonly RunWalker _walker;
    private readonly RunServices _services;

    internal RunRetelling(RunStore runs, StepStore steps, WorkflowVersions versions, RunWalker walker, RunServices services)
    {
        _runs = runs;
        _steps = steps;
        _versions = versions;
        _walker = walker;
        _services = services;
    }

    /// <summary>Null when the account has no such run.</summary>
    public async Task<RunData?> TellAsync(Guid accountId, Guid runId, CancellationToken cancellationToken)
    {
        if (await _runs.LoadAsync(accountId, runId, cancellationToken) is not { } run)
            return null;
        var workflow = await _versions.GetAsync(accountId, run.WorkflowId, run.Version, cancellationToken);
        var info = run.ToInfo(workflow.Name);
        var journal = new DurableJournal(await _steps.LoadAsync(accountId, runId, cancellationToken), (_, _) => ValueTask.CompletedTask);

        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Limit);
        // No waiting step has come to its time in the year 1, so those that wait are left where they are.
        var told = await _walker.WalkAsync(
            workflow, info, journal,
            new WalkOptions { Now = DateTimeOffset.MinValue, DryRun = true, Retells = true, Services = _services }, limited.Token);

        var values = StepHistory.Cut(new JsonObject(told.Variables.Select(v => KeyValuePair.Create(v.Key, StepValue.ToNode(v.Value)))));
        return new RunData(
            (JsonObject)info.Input.DeepClone(), StepHistory.Cut(told.Output),
            [.. workflow.Variables.Select(v => new RunVariable(v.Id, v.Name, values[v.Name]?.DeepClone()))]);
    }
}
