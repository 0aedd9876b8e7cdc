using System.Diagnostics;

namespace AutoForge.Engine.Telemetry;

/// <summary>Under which names the engine tells OpenTelemetry, or any other listener, what it does.</summary>
/// <remarks>
/// Spans: <c>accept</c> from the wish to start a run to its commit, <c>run</c> for each burst of it, <c>step</c> for each try
/// of a step. A run that the accepting node keeps is a child of its acceptance, and so of the call that started it; one that
/// is claimed from the queue, later or by another node, begins a trace of its own. All carry the run's id.
/// </remarks>
public static class EngineTelemetry
{
    /// <summary>Of the meter. <c>docs/operations.md</c> lists the instruments.</summary>
    public const string MeterName = "AutoForge.Engine";

    /// <summary>Of the activity source.</summary>
    public const string SourceName = "AutoForge.Engine";

    internal const string RunIdTag = "autoforge.run.id";
    internal const string OutcomeTag = "autoforge.outcome";
    internal const string AttemptTag = "autoforge.attempt";
    internal const string ActivityTypeTag = "autoforge.activity.type";
    internal const string FaultTag = "error.type";

    // Makes nothing as long as nobody listens.
    internal static readonly ActivitySource Source = new(SourceName);
}
