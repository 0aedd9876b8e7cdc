using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace AutoForge.Engine.Workflows;

/// <summary>
/// Compiled workflows by version. A version that runs refer to never changes, so an entry is valid for ever and nodes
/// need not tell each other anything.
/// </summary>
internal sealed class WorkflowVersions(WorkflowStore store, WorkflowCompiler compiler, ILogger<WorkflowVersions> logger)
{
    private const int MaxEntries = 2_000;

    private readonly ConcurrentDictionary<VersionKey, CompiledWorkflow> _compiled = [];

    /// <summary>Null when this node has not compiled the version yet.</summary>
    public CompiledWorkflow? Find(Guid accountId, string workflowId, int version) =>
        _compiled.GetValueOrDefault(new VersionKey(accountId, workflowId, version));

    public async ValueTask<CompiledWorkflow> GetAsync(Guid accountId, string workflowId, int version, CancellationToken cancellationToken)
    {
        var key = new VersionKey(accountId, workflowId, version);
        if (_compiled.TryGetValue(key, out var workflow))
            return workflow;

        return await store.DocumentsAsync([key], cancellationToken).FirstOrDefaultAsync(cancellationToken) is { Document: { } document }
            ? Add(key, document)
            : throw new InvalidOperationException($"Workflow {workflowId} of account {accountId} has no version {version}.");
    }

    /// <summary>
    /// Reads and compiles what is missing of versions that are about to be run, with one statement for all of them. One that
    /// cannot be had is left to its run to find.
    /// </summary>
    public async Task PrepareAsync(IEnumerable<VersionKey> keys, CancellationToken cancellationToken)
    {
        if (keys.Where(key => !_compiled.ContainsKey(key)).ToHashSet() is not { Count: > 0 } missing)
            return;
        await foreach (var (key, document) in store.DocumentsAsync(missing, cancellationToken))
        {
            try
            {
                Add(key, document);
            }
            // Whatever is wrong with one must not keep the others. Its run fails with the same, where its owner sees it.
            catch (Exception e)
            {
                Log.NotCompiled(logger, e, key.AccountId, key.WorkflowId, key.Version);
            }
        }
    }

    private CompiledWorkflow Add(VersionKey key, string document)
    {
        var workflow = compiler.Compile(JsonNode.Parse(document)!.AsObject());

        // Rare and cheap to rebuild: dropping everything keeps memory bounded without bookkeeping on the hot path.
        if (_compiled.Count >= MaxEntries)
            _compiled.Clear();
        return _compiled[key] = workflow;
    }
}
