using AutoForge.Engine.Runs;
using AutoForge.Engine.Workflows;

namespace AutoForge.Server.Dashboard;

/// <summary>How far a new account has come on the way to its first charged run.</summary>
internal sealed class FirstSteps(WorkflowStore workflows, RunQueries runs)
{
    // Enough to see whether there is one; whoever has more is not new.
    private const int Looked = 20;

    public async Task<FirstStepsDone> OfAsync(Guid accountId, CancellationToken cancellationToken)
    {
        var succeeded = await runs.ListAsync(accountId, new RunFilter(RunStatus.Succeeded), before: null, limit: 1, cancellationToken);
        if (succeeded.Count > 0)
            return new FirstStepsDone(Drawn: true, Published: true, Succeeded: true);
        var drawn = await workflows.ListAsync(accountId, before: null, Looked, cancellationToken);
        return new FirstStepsDone(drawn.Count > 0, drawn.Any(workflow => workflow.PublishedVersion is not null), Succeeded: false);
    }
}
