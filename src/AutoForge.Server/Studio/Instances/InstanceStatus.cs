using AutoForge.Engine.Runs;

namespace AutoForge.Server.Studio.Instances;

/// <summary>Elsa's two words for where a run stands.</summary>
internal static class InstanceStatus
{
    private static readonly Dictionary<RunStatus, (string Status, string SubStatus)> Words = new()
    {
        [RunStatus.Queued] = ("Running", "Pending"),
        [RunStatus.Running] = ("Running", "Executing"),
        [RunStatus.Waiting] = ("Running", "Suspended"),
        [RunStatus.Succeeded] = ("Finished", "Finished"),
        [RunStatus.Failed] = ("Finished", "Faulted"),
        [RunStatus.Cancelled] = ("Finished", "Cancelled"),
    };

    public static IReadOnlyList<RunStatus> Open { get; } = [RunStatus.Queued, RunStatus.Running, RunStatus.Waiting];

    public static string Of(RunStatus status) => Words[status].Status;

    public static string SubOf(RunStatus status) => Words[status].SubStatus;

    /// <summary>The states that all three filters let through; null = every one. An empty filter lets everything through.</summary>
    /// <param name="hasIncidents">A failed run has at least one incident, any other none that was not handled.</param>
    public static IReadOnlyList<RunStatus>? Matching(IReadOnlyList<string>? statuses, IReadOnlyList<string>? subStatuses, bool? hasIncidents)
    {
        var matching = Words
            .Where(words => Names(statuses, words.Value.Status) && Names(subStatuses, words.Value.SubStatus))
            .Where(words => hasIncidents is null || (words.Key == RunStatus.Failed) == hasIncidents)
            .Select(words => words.Key)
            .ToList();
        return matching.Count == Words.Count ? null : matching;
    }

    private static bool Names(IReadOnlyList<string>? filter, string word) =>
        filter is null or [] || filter.Contains(word, StringComparer.OrdinalIgnoreCase);
}
