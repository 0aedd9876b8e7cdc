using AutoForge.Activities;

namespace AutoForge.Engine.Steps;

/// <summary>The steps of one run during one walk: those that were stored, and what the walk adds and changes.</summary>
internal sealed class RunJournal
{
    private readonly IJournal _journal;
    private readonly Dictionary<(string NodeId, int Visit), StepRecord>? _stored;
    private readonly List<StepRecord> _records;
    private readonly List<StepRecord> _dirty = [];
    private int _lastSeq;

    public RunJournal(IJournal journal)
    {
        _journal = journal;
        _records = [.. journal.Stored];
        if (_records.Count == 0)
            return;

        _stored = _records.ToDictionary(record => (record.NodeId, record.Visit));
        _lastSeq = _records.Max(record => record.Seq);
        LastWave = _records.Max(record => record.Wave);
    }

    /// <summary>Every step in order of starting.</summary>
    public IReadOnlyList<StepRecord> Records => _records;

    /// <summary>How many times waiting steps of this run have gone on so far.</summary>
    public int LastWave { get; private set; }

    /// <inheritdoc cref="IJournal.StepBudget"/>
    public int StepBudget => _journal.StepBudget;

    public StepRecord? Find(string nodeId, int visit) => _stored?.GetValueOrDefault((nodeId, visit));

    public StepRecord Add(Activity activity, int visit, DateTimeOffset now)
    {
        var record = new StepRecord
        {
            Seq = ++_lastSeq,
            NodeId = activity.NodeId,
            Visit = visit,
            ActivityId = activity.Id,
            ActivityType = activity.Type,
            Name = activity.Name,
            StartedAt = now,
        };
        _records.Add(record);
        _dirty.Add(record);
        return record;
    }

    /// <summary>A try of a step begins; the caller makes it durable before the effect.</summary>
    public void Try(StepRecord record, int attempt)
    {
        record.Status = StepStatus.Running;
        record.Attempt = attempt;
        record.Fault = null;
        record.ResumeAt = null;
        record.FinishedAt = null;
        Touch(record);
    }

    /// <summary>The step waits until <paramref name="resumeAt"/>; with a fault, to be tried again.</summary>
    public void Wait(StepRecord record, DateTimeOffset resumeAt, Fault? fault)
    {
        record.Status = StepStatus.Waiting;
        record.ResumeAt = resumeAt;
        record.Fault = fault;
        record.FinishedAt = null;
        Touch(record);
    }

    /// <summary>A waiting step goes on, after every other that has gone on before.</summary>
    public void GoOn(StepRecord record)
    {
        record.Wave = ++LastWave;
        Touch(record);
    }

    /// <summary>The RESULT. On a walk that only repeats what is stored, nothing changes.</summary>
    public void Conclude(StepRecord record, StepStatus status, IReadOnlyList<string>? outcomes, Fault? fault, DateTimeOffset now)
    {
        if (record.Status == status && record.FinishedAt is not null
            && (record.Fault?.Code, record.Fault?.Message) == (fault?.Code, fault?.Message)
            && (record.Outcomes ?? []).SequenceEqual(outcomes ?? []))
            return;

        record.Status = status;
        record.Outcomes = outcomes;
        record.Fault = fault;
        record.ResumeAt = null;
        record.FinishedAt = now;
        Touch(record);
    }

    /// <summary>
    /// The run has ended before the step did. What it waited for stays in the record, so that a replay of the run goes on
    /// there; a step that was cancelled on the canvas has lost it, and is not taken up again.
    /// </summary>
    public void Close(StepRecord record, DateTimeOffset now)
    {
        record.Status = StepStatus.Cancelled;
        record.FinishedAt = now;
        Touch(record);
    }

    /// <inheritdoc cref="IJournal.FlushAsync"/>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await _journal.FlushAsync(_dirty, cancellationToken);
        foreach (var record in _dirty)
            (record.IsDirty, record.IsStored) = (false, true);
        _dirty.Clear();
    }

    private void Touch(StepRecord record)
    {
        if (record.IsDirty)
            return;
        record.IsDirty = true;
        _dirty.Add(record);
    }
}
