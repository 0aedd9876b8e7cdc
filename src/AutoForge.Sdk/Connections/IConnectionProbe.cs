using AutoForge.Activities;

namespace AutoForge.Connections;

/// <summary>Tries a stored credential against its real counterpart, without an effect there. One per connection type.</summary>
public interface IConnectionProbe
{
    /// <summary>The connection type it knows, such as <c>smtp</c>.</summary>
    string Type { get; }

    /// <summary>Connects and signs in.</summary>
    /// <returns>One sentence about what was reached, for the user.</returns>
    /// <exception cref="FaultException">It does not work; the message says why and holds no secret.</exception>
    ValueTask<string> ProbeAsync(Connection connection, CancellationToken cancellationToken);
}
