using AutoForge.Activities;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>Does something outside, and stands still before and after it until the story lets it go on.</summary>
[Activity("Simulation", "Call", Outcomes = ["Done", "Failed"], PriceCents = 2)]
internal sealed class Call : Activity
{
    /// <summary>Tries that fail when all do.</summary>
    public const int Always = 1_000;

    [Input(Default = "Unsafe")]
    public Input<StepEffect>? Effect { get; set; }

    [Input]
    public Input<int>? Retries { get; set; }

    /// <summary>The tries up to this one find the other side busy.</summary>
    [Input]
    public Input<int>? Failures { get; set; }

    public override StepEffect EffectOf(ActivityContext context) => context.Get(Effect);

    public override int RetriesOf(ActivityContext context) => context.Get(Retries);

    protected override async ValueTask ExecuteAsync(ActivityContext context)
    {
        var (walk, kind) = (HeldWalk.Current, context.Get(Effect));
        await walk.PauseAsync(WalkPlace.BeforeEffect, context.CancellationToken);
        if (walk.IsHeedful)
            context.CancellationToken.ThrowIfCancellationRequested();
        if (context.Attempt <= context.Get(Failures))
            throw new FaultException(new Fault("busy", "The other side is busy.", Retryable: true));

        walk.Node.World.Happen(new Effect(context.Run.RunId, context.Run.OriginRunId, Id, kind, context.IdempotencyKey));
        await walk.PauseAsync(WalkPlace.AfterEffect, context.CancellationToken);
        if (walk.IsHeedful)
            context.CancellationToken.ThrowIfCancellationRequested();
    }
}
