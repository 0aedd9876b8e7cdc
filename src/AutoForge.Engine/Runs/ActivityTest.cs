using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Runs;

/// <summary>What came of trying one activity. Fields are by camelCase name, secrets masked.</summary>
/// <param name="IsPreview">Its effect would be outside: nothing was sent, and <paramref name="WouldSend"/> says what would have been.</param>
public sealed record ActivityTestReport(
    string ActivityId, string ActivityType, JsonObject? Input, JsonObject? Output, IReadOnlyList<string> Outcomes, StepFault? Fault,
    bool IsPreview, JsonNode? WouldSend);

/// <summary>Tries one activity of a saved version by itself. Like a dry run it is free and touches nothing outside.</summary>
public sealed class ActivityTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly WorkflowHistory _history;
    private readonly WorkflowCompiler _compiler;
    private readonly RunWalker _walker;
    private readonly RunServices _services;

    internal ActivityTest(WorkflowHistory history, WorkflowCompiler compiler, RunWalker walker, RunServices services)
    {
        _history = history;
        _compiler = compiler;
        _walker = walker;
        _services = services;
    }

    /// <summary>Null = no such version, or no such activity in it.</summary>
    /// <param name="node">The activity's node id, or its id.</param>
    /// <param name="variables">Values by id of the variable, instead of the initial ones.</param>
    /// <remarks>What earlier steps would have given is not there: expressions that read it find nothing.</remarks>
    public async Task<ActivityTestReport?> TestAsync(
        Guid accountId, string versionId, string node, JsonObject? variables, CancellationToken cancellationToken)
    {
        if (await _history.FindAsync(accountId, versionId, cancellationToken) is not { } version)
            return null;
        var workflow = _compiler.Compile(WithValues(version.Document, variables ?? []));
        if ((workflow.Find(node) ?? workflow.Activities.FirstOrDefault(a => a.Activity.Id == node)) is not { } tested)
            return null;

        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Limit);
        var result = await _walker.WalkAsync(
            workflow.StartingAt(tested), ToInfo(accountId, version, workflow), NoJournal.Instance,
            new WalkOptions { Now = _services.Time.GetUtcNow(), DryRun = true, Services = _services }, limited.Token);

        var record = result.Steps.FirstOrDefault(s => s.NodeId == tested.Activity.NodeId);
        var fault = record?.Fault ?? (result.Incidents is [var incident, ..] ? incident.Fault : null);
        var preview = result.Previews.FirstOrDefault(p => p.ActivityId == tested.Activity.Id && p.Type == tested.Activity.Type);
        return new ActivityTestReport(
            tested.Activity.Id, tested.Activity.Type, record?.Input, record?.Output, record?.Outcomes ?? [],
            fault is null ? null : new StepFault(fault.Code, fault.Message), preview is not null, preview?.WouldSend);
    }

    private static JsonObject WithValues(JsonObject document, JsonObject values)
    {
        var copy = (JsonObject)document.DeepClone();
        foreach (var variable in (copy["variables"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (variable.Text("id") is { } id && values.ContainsKey(id))
                variable["value"] = values[id]?.DeepClone();
        }
        return copy;
    }

    private RunInfo ToInfo(Guid accountId, WorkflowView version, CompiledWorkflow workflow)
    {
        var runId = Ids.NewId();
        return new RunInfo
        {
            RunId = runId,
            OriginRunId = runId,
            AccountId = accountId,
            WorkflowId = version.DefinitionId,
            WorkflowName = version.Name,
            Version = version.Version,
            TriggerActivityId = workflow.Triggers.FirstOrDefault()?.Activity.Id,
            Trigger = new JsonObject { ["input"] = new JsonObject() },
            Input = [],
            AcceptedAt = _services.Time.GetUtcNow(),
        };
    }
}
