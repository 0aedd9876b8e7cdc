using AutoForge.Engine.Runs;

namespace AutoForge.Engine.Steps;

/// <summary>Where a walk keeps its steps: PostgreSQL for runs, nowhere for dry runs.</summary>
internal interface IJournal
{
    /// <summary>The steps as they were stored when this attempt began, in order of <see cref="StepRecord.Seq"/>.</summary>
    IReadOnlyList<StepRecord> Stored { get; }

    /// <summary>How many activities one burst may start that are not stored.</summary>
    int StepBudget => Walk.StepBudget;

    /// <summary>
    /// Makes the START of a step durable, together with every earlier change, before its effect happens.
    /// Crash before it returns: the effect has not happened. Crash after: the step is found Running.
    /// </summary>
    /// <exception cref="Jobs.LeaseLostException">Another node owns the run now; stop without a trace.</exception>
    ValueTask FlushAsync(IReadOnlyList<StepRecord> dirty, CancellationToken cancellationToken);
}
