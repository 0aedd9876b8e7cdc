using AutoForge.Server.Layout.Forms;

namespace AutoForge.Server.Connections;

/// <summary>One field of the form for a type of connection.</summary>
/// <param name="Name">As the API names the setting or secret.</param>
/// <param name="IsSecret">Never shown again, not even in the form that it was typed into.</param>
/// <param name="Options">If the value is one of a few; the first is the default.</param>
public sealed record ConnectionField(
    string Name, string Label, bool IsRequired = false, bool IsSecret = false, string? Hint = null, string? Placeholder = null,
    string? InputMode = null, IReadOnlyList<Choice>? Options = null);
