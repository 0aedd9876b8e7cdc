using AutoForge.Engine.Runs;

namespace AutoForge.Server.Runs;

/// <summary>Gathers what the page of a run shows.</summary>
internal sealed class RunReport(RunQueries runs, RunRows rows)
{
    /// <summary>Null when the account has no such run.</summary>
    public async Task<RunDetails?> GetAsync(Guid accountId, Guid runId, CancellationToken cancellationToken)
    {
        // The run first: a run that has ended has all its steps, in whichever order the two are asked for later.
        if (await runs.GetAsync(accountId, runId, cancellationToken) is not { } run)
            return null;
        var steps = await runs.StepsAsync(accountId, runId, cancellationToken) ?? [];
        return new RunDetails(run, (await rows.OfAsync(accountId, [run], cancellationToken))[0].WorkflowName, steps);
    }
}
