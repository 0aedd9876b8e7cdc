using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Prices;

/// <summary>What steps cost. A list never changes; the operator publishes another.</summary>
/// <param name="Version">0 = the prices that the activities' authors gave.</param>
/// <param name="Cents">US cents by activity type; a type that is not named costs what its author says.</param>
/// <param name="CreatedAt">Null for version 0.</param>
public sealed record PriceList(int Version, IReadOnlyDictionary<string, int> Cents, DateTimeOffset? CreatedAt = null)
{
    /// <summary>Bounds of the price of a run without AI, human and pipeline steps, in US cents.</summary>
    public const int LeastCents = 5, MostCents = 50;

    /// <summary>Version 0.</summary>
    public static PriceList Original { get; } = new(0, new Dictionary<string, int>());

    /// <summary>US cents that a step of this kind adds to a run.</summary>
    public int Of(ActivityDescriptor activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return Cents.GetValueOrDefault(activity.TypeName, activity.PriceCents);
    }

    /// <summary>What a successful run of these activities costs: each counts once, however often it runs.</summary>
    internal RunPrice PriceOf(IEnumerable<CompiledActivity> activities)
    {
        var cents = activities.Sum(compiled => compiled.Descriptor is { } descriptor ? Of(descriptor) : 0);
        return new RunPrice(Math.Clamp(cents, LeastCents, MostCents), Version);
    }
}

/// <summary>What a successful run costs.</summary>
/// <param name="Cents">US cents.</param>
/// <param name="List">Version of the list it was taken from.</param>
internal readonly record struct RunPrice(int Cents, int List);
