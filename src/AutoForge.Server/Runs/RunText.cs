using AutoForge.Engine.Runs;

namespace AutoForge.Server.Runs;

/// <summary>What pages say about runs.</summary>
internal static class RunText
{
    extension(RunView run)
    {
        public bool IsTerminal() => run.Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled;
    }

    public static string TriggerName(RunView run) => run.ReplayOf is not null ? "Replay" : run.Trigger switch
    {
        "manual" => "By hand",
        "" => "",
        var kind => char.ToUpperInvariant(kind[0]) + kind[1..],
    };

    /// <summary>How long something took, or has taken until it is known better.</summary>
    public static string Duration(DateTimeOffset? from, DateTimeOffset? to)
    {
        if (from is null || to is null)
            return "–";
        var time = to.Value - from.Value;
        return time switch
        {
            { TotalSeconds: < 1 } => FormattableString.Invariant($"{time.TotalMilliseconds:0} ms"),
            { TotalMinutes: < 1 } => FormattableString.Invariant($"{time.TotalSeconds:0.0} s"),
            { TotalHours: < 1 } => FormattableString.Invariant($"{time.Minutes} min {time.Seconds} s"),
            _ => FormattableString.Invariant($"{(int)time.TotalHours} h {time.Minutes} min"),
        };
    }
}
