namespace AutoForge.Engine.Steps;

/// <summary>The journal of a walk that leaves no trace.</summary>
internal sealed class NoJournal : IJournal
{
    public static NoJournal Instance { get; } = new();

    public IReadOnlyList<StepRecord> Stored => [];

    public ValueTask FlushAsync(IReadOnlyList<StepRecord> dirty, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
