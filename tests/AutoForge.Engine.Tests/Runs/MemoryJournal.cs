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

    /// <summary>The rows as of each flush, so that a test can go back to any of them.</summary>
    public List<StepRecord[]> History { get; } = [];

    /// <summary>Called before a flush counts; throws to stop the node there.</summary>
    public Action<int>? BeforeFlush { get; init; }

    public IReadOnlyCollection<StepRecord> Rows => _rows.Values;

    public ValueTask FlushAsync(IReadOnlyList<StepRecord> dirty, CancellationToken cancellationToken)
    {
        BeforeFlush?.Invoke(++Flushes);
        Store(dirty);
        History.Add([.. _rows.Values.Select(Copy)]);
        return ValueTask.CompletedTask;
    }

    /// <summary>Another attempt reads what is stored.</summary>
    public MemoryJournal Load()
    {
        Stored = [.. _rows.Values.Select(Copy)];
        return this;
    }

    public void Settle(WalkResult result) => Store([.. result.Steps.Where(step => step.IsDirty)]);

    public void Restore(IEnumerable<StepRecord> rows)
    {
        _rows.Clear();
        Store([.. rows]);
    }

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
