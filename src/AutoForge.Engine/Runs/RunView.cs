using System.Text.Json.Serialization;

namespace AutoForge.Engine.Runs;

/// <summary>A run as its owner sees it.</summary>
/// <param name="PriceCents">US cents, fixed at acceptance.</param>
/// <param name="ChargedCents">US cents: the price if it succeeded, else 0.</param>
/// <param name="Attempts">Claims by workers so far.</param>
/// <param name="VersionId">Id of the workflow's version; null when the version cannot be found.</param>
/// <param name="FaultStep">Name of the step at fault; null when no step is to blame, or it has no name.</param>
/// <param name="UpdatedAt">Grows with everything that is stored about the run.</param>
/// <param name="DeletedAt">When its owner took it out of the lists; null = it is listed.</param>
public sealed record RunView(
    Guid Id, string DefinitionId, int Version, RunStatus Status, string Trigger, int PriceCents, int ChargedCents,
    RunFault? Fault, int Attempts, DateTimeOffset AcceptedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt,
    string? CorrelationId, string? Name, Guid? ReplayOf, string? VersionId, string? FaultStep, DateTimeOffset UpdatedAt,
    DateTimeOffset? DeletedAt)
{
    [JsonIgnore]
    public bool IsTerminal => Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled;

    /// <summary>How the run ended and what that cost, in a sentence for people; null while it is open.</summary>
    public string? Summary => Status switch
    {
        RunStatus.Succeeded => $"Succeeded and charged {Dollars(ChargedCents)}.",
        RunStatus.Cancelled => "Cancelled; nothing was charged.",
        RunStatus.Failed => $"Failed{At()}{Because()} Nothing was charged.",
        _ => null,
    };

    private string At() => (FaultStep ?? Fault?.ActivityId) is { Length: > 0 } step ? $" at step “{step}”" : "";

    private string Because() => Fault?.Message.Trim() is not { Length: > 0 } message ? "."
        : message[^1] is '.' or '!' or '?' or '…' ? $": {message}"
        : $": {message}.";

    private static string Dollars(int cents) => $"${cents / 100}.{cents % 100:00}";
}

/// <summary>Which runs to list. Times are of acceptance, inclusive from, exclusive to.</summary>
/// <param name="Text">Matches run id, correlation id, name and fault message.</param>
public sealed record RunFilter(
    RunStatus? Status = null, string? WorkflowId = null, DateTimeOffset? From = null, DateTimeOffset? To = null, string? Text = null);
