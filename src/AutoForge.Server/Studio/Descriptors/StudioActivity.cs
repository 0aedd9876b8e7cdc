using System.Text.Json.Nodes;

namespace AutoForge.Server.Studio.Descriptors;

/// <summary>An activity type as Studio wants to be told of it.</summary>
/// <param name="IsContainer">Whether it runs other activities.</param>
/// <param name="IsBrowsable">Whether the toolbox shows it.</param>
/// <param name="IsStart">Whether nothing can lead to it.</param>
/// <param name="IsTerminal">Whether nothing can follow it.</param>
/// <param name="ConstructionProperties">Properties that a new node begins with.</param>
internal sealed record StudioActivity(
    string TypeName, string Namespace, string Name, int Version, string Category, string DisplayName, string Description, string Kind,
    IReadOnlyList<StudioInput> Inputs, IReadOnlyList<StudioOutput> Outputs, IReadOnlyList<StudioPort> Ports,
    bool IsContainer, bool IsBrowsable, bool IsStart, bool IsTerminal, JsonObject ConstructionProperties)
{
    public const string Action = "Action";
    public const string Trigger = "Trigger";

    /// <summary>Never null, or Studio ends.</summary>
    public JsonObject CustomProperties { get; } = [];
}

/// <param name="IsWrapped">Whether its value is an expression; false for plain JSON.</param>
/// <param name="UiHint">The editor.</param>
/// <param name="UiSpecifications">What the editor offers.</param>
internal sealed record StudioInput(
    string Name, string TypeName, string DisplayName, string Description, int Order, bool IsBrowsable, bool IsWrapped,
    string UiHint, string? DefaultSyntax, string? DefaultValue, JsonObject? UiSpecifications);

internal sealed record StudioOutput(string Name, string TypeName, string DisplayName, string Description, bool IsBrowsable = true);

/// <param name="Type"><c>Flow</c>: a way out. <c>Embedded</c>: a place for an activity.</param>
internal sealed record StudioPort(string Name, string DisplayName, string Type, bool IsBrowsable = true)
{
    public const string Flow = "Flow";
    public const string Embedded = "Embedded";
}
