using AutoForge.Engine.Runs;

namespace AutoForge.Engine.Steps;

/// <summary>The journal of a real run: each flush is one write of the group.</summary>
internal sealed class DurableJournal(IReadOnlyList<StepRecord> stored, FlushSteps flush) : IJournal
{
    public IReadOnlyList<StepRecord> Stored { get; } = stored;

    public ValueTask FlushAsync(IReadOnlyList<StepRecord> dirty, CancellationToken cancellationToken) => flush(dirty, cancellationToken);
}
