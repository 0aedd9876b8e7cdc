using AutoForge.Activities;
using AutoForge.Connections;

namespace AutoForge.Engine.Connections;

/// <summary>Tries stored connections out for the "test" button.</summary>
public sealed class ConnectionTester(ConnectionStore store, IEnumerable<IConnectionProbe> probes, TimeProvider time)
{
    private readonly Dictionary<string, IConnectionProbe> _probes = probes.ToDictionary(probe => probe.Type);

    /// <summary>Connects and signs in. A type that leads nowhere of its own (http, secret) only has its secret read.</summary>
    /// <returns>Null when the account has none of that id.</returns>
    public async Task<ConnectionTest?> TestAsync(Guid accountId, Guid id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(accountId, id, cancellationToken) is null)
            return null;
        var start = time.GetTimestamp();
        try
        {
            var connection = await store.OpenAsync(accountId, id.ToString(), type: null, cancellationToken);
            var message = _probes.TryGetValue(connection.Type, out var probe)
                ? await probe.ProbeAsync(connection, cancellationToken)
                : "The secret is stored and can be read.";
            return Result(true, message);
        }
        catch (FaultException e)
        {
            return Result(false, e.Fault.Message);
        }

        ConnectionTest Result(bool ok, string message) => new(ok, message, (long)time.GetElapsedTime(start).TotalMilliseconds);
    }
}

/// <summary>How a test went.</summary>
/// <param name="Ok">Whether the connection works.</param>
/// <param name="Message">One sentence for the user.</param>
/// <param name="LatencyMs">How long it took, in milliseconds.</param>
public sealed record ConnectionTest(bool Ok, string Message, long LatencyMs);
