using AutoForge.Connections;
using AutoForge.Engine.Telemetry;
using Microsoft.Extensions.Logging;

namespace AutoForge.Engine.Runs;

/// <summary>What one burst of a run depends on.</summary>
internal sealed record WalkOptions
{
    /// <summary>The database's time of the claim. Waiting steps that are due by it go on in this burst.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Nothing outside is touched: steps with an effect say what they would send, and nothing waits.</summary>
    public bool DryRun { get; init; }

    /// <summary>The journal is told again and nothing else happens: no step starts, none is tried again, nothing is judged.</summary>
    public bool Retells { get; init; }

    public required RunServices Services { get; init; }
}

/// <summary>What steps may use of the host. Shared by all runs of a node.</summary>
internal sealed record RunServices
{
    public required IServiceProvider Services { get; init; }

    /// <summary>Guarded against requests to the inside; see <c>Connections</c>.</summary>
    public required HttpClient Http { get; init; }

    public required OpenConnection OpenConnection { get; init; }
    public required TimeProvider Time { get; init; }
    public required ILogger Logger { get; init; }
    public required EngineMetrics Metrics { get; init; }

    /// <summary>From 0 (inclusive) to 1 (exclusive), for the backoff of retries.</summary>
    public Func<double> Jitter { get; init; } = Random.Shared.NextDouble;
}

/// <summary>Opens a stored credential of the account by id or by name.</summary>
/// <exception cref="Activities.FaultException"><c>connection_not_found</c> or <c>connection_type</c>.</exception>
internal delegate ValueTask<Connection> OpenConnection(Guid accountId, string idOrName, string type, CancellationToken cancellationToken);
