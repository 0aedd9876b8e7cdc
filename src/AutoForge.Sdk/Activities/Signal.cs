namespace AutoForge.Activities;

/// <summary>What a child tells its ancestors, from the innermost outwards, until one handles it (<see cref="Handled"/>).</summary>
/// <param name="name">Such as <c>Break</c> or <c>Complete</c>.</param>
/// <param name="outcomes">Outcomes that travel with the signal.</param>
public sealed class Signal(string name, IReadOnlyList<string> outcomes)
{
    /// <summary>Such as <c>Break</c> or <c>Complete</c>.</summary>
    public string Name { get; } = name;

    /// <summary>Outcomes that travel with the signal.</summary>
    public IReadOnlyList<string> Outcomes { get; } = outcomes;

    /// <summary>Set by the container that acted on it; outer containers are not told any more.</summary>
    public bool Handled { get; set; }
}
