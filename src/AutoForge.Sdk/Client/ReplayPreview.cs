using System.Text.Json.Serialization;

namespace AutoForge.Client;

/// <summary>Where a replay begins.</summary>
public enum ReplayFrom
{
    /// <summary>Every step runs again.</summary>
    Start,

    /// <summary>Steps that succeeded keep their results; the failed one and what follows run.</summary>
    Failed,
}

/// <summary>What a replay would do and cost.</summary>
/// <param name="RunId">The run that would be replayed.</param>
/// <param name="PriceCents">US cents, put on hold again and charged if the replay succeeds.</param>
/// <param name="Steps">The steps of the run, in order.</param>
public sealed record ReplayPreview(Guid RunId, int PriceCents, IReadOnlyList<ReplayStep> Steps);

/// <summary>What a replay would do with one step.</summary>
/// <param name="ActivityId">The activity.</param>
/// <param name="ActivityType">Its type.</param>
/// <param name="Name">Its name in expressions; null when it has none.</param>
/// <param name="Status">How it ended in the run.</param>
/// <param name="RunsAgain">False: its stored result is used.</param>
/// <param name="RepeatsEffect">It reached the outside world before and would do so again, with the same idempotency key.</param>
public sealed record ReplayStep(string ActivityId, string ActivityType, string? Name, string Status, bool RunsAgain, bool RepeatsEffect);

/// <summary>The body of a call that replays a run.</summary>
internal sealed record ReplayBody(string From, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Preview)
{
    public static ReplayBody Of(ReplayFrom from, bool preview) => new(from == ReplayFrom.Failed ? "failed" : "start", preview);
}
