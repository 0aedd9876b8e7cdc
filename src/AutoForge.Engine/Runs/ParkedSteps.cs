using AutoForge.Engine.Steps;

namespace AutoForge.Engine.Runs;

/// <summary>The steps of a walk that wait: for a time, or to be tried again.</summary>
/// <remarks>
/// <para>
/// A run is resumed by walking it again from the start, so that walk must meet everything in the same order as the walks
/// before it. The queue is first in, first out and gives that by itself; only the moment at which a waiting step goes on
/// comes from outside. So that moment is pinned to the order of the walk:
/// </para>
/// <list type="number">
/// <item>A waiting step goes on only when the queue is empty, and the queue is emptied again before the next one does.</item>
/// <item>Each going-on gets the next number of the run, <see cref="StepRecord.Wave"/>, stored with the step's next change.</item>
/// <item>
/// A later walk parks every step that has a wave, whatever became of it since, and when the queue is empty lets the lowest
/// wave go on first. Only when no stored wave is left do steps go on whose time has come, by time and then by
/// <see cref="StepRecord.Seq"/>.
/// </item>
/// </list>
/// <para>
/// Why this is enough: steps are stored in one transaction per flush, all that changed since the last flush. What is found
/// after a crash is therefore the whole walk up to one flush, and walking again repeats exactly that before anything new
/// happens. A step that waits more than once keeps its last wave alone; the waves in between changed nothing but its own try,
/// so leaving them out changes no order.
/// </para>
/// </remarks>
internal sealed class ParkedSteps
{
    private readonly List<Entry> _entries = [];

    private sealed record Entry(StepContext Step, DateTimeOffset? ResumeAt, int Wave);

    /// <summary>When the next step is due; null when none waits for a time.</summary>
    public DateTimeOffset? NextDueAt => _entries.Min(entry => entry.ResumeAt);

    /// <summary>A step that waits for a time; null = for ever, until it is cancelled.</summary>
    public void Park(StepContext step, DateTimeOffset? resumeAt) => Add(new(step, resumeAt, Wave: 0));

    /// <summary>A step of which it is stored when it went on.</summary>
    public void ParkForWave(StepContext step, int wave) => Add(new(step, ResumeAt: null, wave));

    public void Remove(StepContext step) => _entries.RemoveAll(entry => entry.Step == step);

    public void Clear() => _entries.Clear();

    /// <summary>Takes the step that goes on next; null when none does by <paramref name="now"/>.</summary>
    /// <param name="now">The database's time of the claim.</param>
    /// <param name="isRepeat">Whether it went on in an earlier walk already.</param>
    public StepContext? Next(DateTimeOffset now, out bool isRepeat)
    {
        var next = _entries.Where(entry => entry.Wave > 0).MinBy(entry => entry.Wave);
        isRepeat = next is not null;
        next ??= _entries.Where(entry => entry.ResumeAt <= now).MinBy(entry => (entry.ResumeAt, entry.Step.Record!.Seq));
        if (next is null)
            return null;

        _entries.Remove(next);
        return next.Step;
    }

    private void Add(Entry entry)
    {
        entry.Step.Phase = StepPhase.Parked;
        _entries.Add(entry);
    }
}
