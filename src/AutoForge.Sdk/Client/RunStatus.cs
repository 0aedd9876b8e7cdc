using System.Text.Json.Serialization;

namespace AutoForge.Client;

/// <summary>Where a run stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunStatus>))]
public enum RunStatus
{
    /// <summary>Accepted and durable; no step has been started.</summary>
    Queued,

    /// <summary>A node works on it.</summary>
    Running,

    /// <summary>A delay or a retry is due later.</summary>
    Waiting,

    /// <summary>Over: it finished without an incident and was charged.</summary>
    Succeeded,

    /// <summary>Over: it was not charged; the fault says why.</summary>
    Failed,

    /// <summary>Over: it was ended by a user and not charged.</summary>
    Cancelled,
}
