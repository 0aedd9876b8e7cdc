using System.Text.Json.Nodes;

namespace AutoForge.Engine.Connections;

/// <summary>What a user gives to store a connection.</summary>
/// <param name="Name">Unique in the account; 1 to 100 characters.</param>
/// <param name="Type"><c>smtp</c>, <c>telegram</c>, <c>http</c> or <c>secret</c>; never changes, so an update may leave it empty.</param>
/// <param name="Settings">What is not secret.</param>
/// <param name="Secrets">What is. In an update, absent secrets keep their value and null removes one.</param>
public sealed record ConnectionDraft(string Name, string Type, JsonObject? Settings, IReadOnlyDictionary<string, string?>? Secrets)
{
    /// <summary>Leaves the secrets out.</summary>
    public override string ToString() => $"{Type} connection {Name}";
}
