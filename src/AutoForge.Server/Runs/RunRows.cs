using AutoForge.Engine.Runs;
using AutoForge.Engine.Workflows;

namespace AutoForge.Server.Runs;

/// <summary>Puts the names of workflows beside their runs.</summary>
internal sealed class RunRows(WorkflowNames names)
{
    public async Task<IReadOnlyList<RunRow>> OfAsync(Guid accountId, IReadOnlyList<RunView> runs, CancellationToken cancellationToken)
    {
        var nameOf = await names.OfAsync(accountId, [.. runs.Select(run => run.DefinitionId)], cancellationToken);
        return [.. runs.Select(run => new RunRow(run, nameOf.GetValueOrDefault(run.DefinitionId, run.DefinitionId)))];
    }
}
