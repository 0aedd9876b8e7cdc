using System.Text.Json.Nodes;

namespace AutoForge.Client;

/// <summary>A connection without its secrets.</summary>
/// <param name="Id">Identity.</param>
/// <param name="Name">Unique in the account; activities name it.</param>
/// <param name="Type"><c>smtp</c>, <c>telegram</c>, <c>http</c> or <c>secret</c>.</param>
/// <param name="Settings">What is not secret.</param>
/// <param name="CreatedAt">When it was stored.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
public sealed record StoredConnection(
    Guid Id, string Name, string Type, JsonObject Settings, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <summary>What is given to store a connection.</summary>
/// <param name="Name">Unique in the account; 1 to 100 characters.</param>
/// <param name="Type"><c>smtp</c>, <c>telegram</c>, <c>http</c> or <c>secret</c>.</param>
/// <param name="Settings">What is not secret, such as <c>host</c> and <c>port</c>.</param>
/// <param name="Secrets">What is, such as <c>password</c> or <c>token</c>.</param>
public sealed record ConnectionDraft(
    string Name, string Type, JsonObject? Settings = null, IReadOnlyDictionary<string, string?>? Secrets = null)
{
    /// <summary>Leaves the secrets out.</summary>
    public override string ToString() => $"{Type} connection {Name}";
}

/// <summary>How a test went.</summary>
/// <param name="Ok">Whether the connection works.</param>
/// <param name="Message">One sentence for the user.</param>
/// <param name="LatencyMs">Milliseconds that it took.</param>
public sealed record ConnectionTest(bool Ok, string Message, long LatencyMs);
