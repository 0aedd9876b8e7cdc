namespace AutoForge.Engine.Connections;

/// <summary>A connection that cannot be stored as it is.</summary>
/// <param name="field">The first setting or secret that is missing or wrong, <c>name</c> or <c>type</c>.</param>
public sealed class ConnectionInvalidException(string field, string message) : AutoForgeException("connection_invalid", message)
{
    public string Field { get; } = field;
}
