using System.Text.Json.Nodes;

namespace AutoForge.Connections;

/// <summary>A stored credential, opened for one step. Never log it.</summary>
/// <param name="Id">Identity.</param>
/// <param name="Name">What the user called it.</param>
/// <param name="Type"><c>smtp</c>, <c>telegram</c>, <c>http</c>, <c>secret</c>.</param>
/// <param name="Settings">What is not secret.</param>
/// <param name="Secrets">What is; masked wherever the run's history would show one of them.</param>
public sealed record Connection(Guid Id, string Name, string Type, JsonObject Settings, IReadOnlyDictionary<string, string> Secrets)
{
    /// <summary>A setting as text; null when absent.</summary>
    public string? Setting(string name) => Settings[name]?.ToString();

    /// <summary>A secret; null when absent.</summary>
    public string? Secret(string name) => Secrets.GetValueOrDefault(name);

    /// <summary>Leaves the secrets out.</summary>
    public override string ToString() => $"{Type} connection {Id}";
}
