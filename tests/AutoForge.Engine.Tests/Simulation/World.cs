using AutoForge.Activities;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>Something that has happened outside, which no node can take back.</summary>
internal sealed record Effect(Guid RunId, Guid OriginRunId, string ActivityId, StepEffect Kind, string IdempotencyKey);

/// <summary>The outside of a story: it keeps what nodes forget when they die.</summary>
internal sealed class World
{
    private readonly List<Effect> _effects = [];

    public IReadOnlyList<Effect> Effects => _effects;

    /// <summary>One walk at a time is under way, so nobody else writes.</summary>
    public void Happen(Effect effect) => _effects.Add(effect);
}
