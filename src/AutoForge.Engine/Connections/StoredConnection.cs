using System.Text.Json.Nodes;

namespace AutoForge.Engine.Connections;

/// <summary>A connection as it may be shown: without its secrets.</summary>
/// <param name="Id">Identity.</param>
/// <param name="Name">Unique in the account.</param>
/// <param name="Type"><c>smtp</c>, <c>telegram</c>, <c>http</c> or <c>secret</c>.</param>
/// <param name="Settings">What is not secret.</param>
/// <param name="CreatedAt">When it was stored.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
public sealed record StoredConnection(
    Guid Id, string Name, string Type, JsonObject Settings, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
