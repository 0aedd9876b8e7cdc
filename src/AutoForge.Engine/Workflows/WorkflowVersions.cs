using System.Collections.Concurrent;

namespace AutoForge.Engine.Workflows;

/// <summary>
/// Compiled workflows by version. A version that runs refer to never changes, so an entry is valid for ever and nodes
/// need not tell each other anything.
/// </summary>
internal sealed class WorkflowVersions(WorkflowStore store, WorkflowCompiler compiler)
{
    private const int MaxEntries = 2_000;

    private readonly ConcurrentDictionary<(Guid AccountId, string WorkflowId, int Version), CompiledWorkflow> _compiled = [];

    /// <summary>Null when this node has not compiled the version yet.</summary>
    public CompiledWorkflow? Find(Guid accountId, string workflowId, int version) => _compiled.GetValueOrDefault((accountId, workflowId, version));

    public async ValueTask<CompiledWorkflow> GetAsync(Guid accountId, string workflowId, int version, CancellationToken cancellationToken)
    {
        var key = (accountId, workflowId, version);
        if (_compiled.TryGetValue(key, out var workflow))
            return workflow;

        var document = await store.DocumentAsync(accountId, workflowId, version, cancellationToken)
            ?? throw new InvalidOperationException($"Workflow {workflowId} of account {accountId} has no version {version}.");
        workflow = compiler.Compile(document);

        // Rare and cheap to rebuild: dropping everything keeps memory bounded without bookkeeping on the hot path.
        if (_compiled.Count >= MaxEntries)
            _compiled.Clear();
        _compiled[key] = workflow;
        return workflow;
    }
}
