using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;

namespace AutoForge.Engine.Tests.Runs;

/// <summary>Keeps steps as the database would: as copies, as JSON text, and only what was flushed or settled.</summary>
internal sealed class MemoryJournal : IJournal
{
    private readonly SortedDictionary<int, StepRecord> _rows = [];

    public IReadOnlyList<StepRecord> Stored { get; private set; } = [];

    public int Flushes { get; private set; }

    /// <summary>Called with the number of the flush before it counts; throws to stop the node there.</summary>
    public Action<int>? BeforeFlush { get; init; }

    /// <summary>The same when it has counted, but the walk does not know yet.</summary>
    public Action<int>? AfterFlush { get; init; }

    public IReadOnlyCollection<StepRecord> Rows => _rows.Values;

    public ValueTask FlushAsync(IReadOnlyList<StepRecord> dirty, CancellationToken cancellationToken)
    {
        Flushes++;
        BeforeFlush?.Invoke(Flushes);
        Store(dirty);
        AfterFlush?.Invoke(Flushes);
        return ValueTask.CompletedTask;
    }

    /// <summary>Another attempt reads what is stored.</summary>
    public MemoryJournal Load()
    {
        Stored = [.. _rows.Values.Select(Copy)];
        return this;
    }

    public void Settle(WalkResult result) => Store([.. result.Steps.Where(step => step.IsDirty)]);

    private void Store(IReadOnlyList<StepRecord> dirty)
    {
        foreach (var record in dirty)
            _rows[record.Seq] = Copy(record);
    }

    // Only what has a column survives.
    private static StepRecord Copy(StepRecord record) => new()
    {
        Seq = record.Seq,
        NodeId = record.NodeId,
        Visit = record.Visit,
        ActivityId = record.ActivityId,
        ActivityType = record.ActivityType,
        Name = record.Name,
        Status = record.Status,
        Attempt = record.Attempt,
        Wave = record.Wave,
        Outcomes = record.Outcomes?.ToArray(),
        Input = Copy(record.Input),
        Output = Copy(record.Output),
        Fault = record.Fault is null ? null : new Fault(record.Fault.Code, record.Fault.Message),
        ResumeAt = record.ResumeAt,
        StartedAt = record.StartedAt,
        FinishedAt = record.FinishedAt,
        IsDirty = false,
    };

    private static JsonObject? Copy(JsonObject? json) => json is null ? null : (JsonObject)JsonNode.Parse(json.ToJsonString())!;
}
