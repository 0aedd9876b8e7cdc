using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Runs;

/// <param name="WouldSend">What the step would have sent, secrets masked.</param>
public sealed record DryRunStep(string ActivityId, string Type, JsonNode? WouldSend);

/// <summary>What a run would do and cost.</summary>
/// <param name="PriceCents">US cents that a successful run costs.</param>
/// <param name="Fault">Why it would fail; null = it would not, as far as can be known without the outside world.</param>
public sealed record DryRunReport(IReadOnlyList<DryRunStep> Steps, int PriceCents, RunFault? Fault);

/// <summary>Walks the latest version of a workflow without touching anything outside and without storing or charging anything.</summary>
public sealed class DryRun
{
    private readonly WorkflowStore _workflows;
    private readonly WorkflowCompiler _compiler;
    private readonly RunWalker _walker;
    private readonly RunServices _services;

    internal DryRun(WorkflowStore workflows, WorkflowCompiler compiler, RunWalker walker, RunServices services)
    {
        _workflows = workflows;
        _compiler = compiler;
        _walker = walker;
        _services = services;
    }

    /// <summary>Null = no such workflow. <paramref name="trigger"/> is what <c>trigger</c> is in expressions.</summary>
    public async Task<DryRunReport?> RunAsync(Guid accountId, string definitionId, JsonObject trigger, CancellationToken cancellationToken)
    {
        if (await _workflows.GetAsync(accountId, definitionId, cancellationToken) is not { } latest)
            return null;
        var workflow = _compiler.Compile(latest.Document);
        var runId = Ids.NewId();
        var now = _services.Time.GetUtcNow();
        var run = new RunInfo
        {
            RunId = runId,
            OriginRunId = runId,
            AccountId = accountId,
            WorkflowId = definitionId,
            WorkflowName = latest.Name,
            Version = latest.Version,
            TriggerActivityId = workflow.Triggers.FirstOrDefault()?.Activity.Id,
            Trigger = trigger,
            Input = trigger["input"] as JsonObject ?? [],
            AcceptedAt = now,
        };
        var result = await _walker.WalkAsync(workflow, run, NoJournal.Instance, new WalkOptions { Now = now, DryRun = true, Services = _services }, cancellationToken);
        return new DryRunReport(
            [.. result.Previews.Select(p => new DryRunStep(p.ActivityId, p.Type, p.WouldSend))],
            workflow.Price.Cents,
            result.Incidents is [var incident, ..]
                ? new RunFault(incident.ActivityId, incident.Fault.Code, incident.Fault.Message)
                : null);
    }
}
