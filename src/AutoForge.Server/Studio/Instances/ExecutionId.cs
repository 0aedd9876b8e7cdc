using System.Globalization;

namespace AutoForge.Server.Studio.Instances;

/// <summary>Studio's id of one execution of an activity: the run and the number of its step; 0 is the workflow's root.</summary>
internal static class ExecutionId
{
    public static string Of(Guid runId, int seq) => string.Create(CultureInfo.InvariantCulture, $"{runId:N}-{seq}");

    public static bool TryParse(string? id, out Guid runId, out int seq)
    {
        runId = default;
        seq = 0;
        return id?.IndexOf('-', StringComparison.Ordinal) is { } dash and > 0
            && Guid.TryParseExact(id.AsSpan(0, dash), "N", out runId)
            && int.TryParse(id.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out seq);
    }
}
