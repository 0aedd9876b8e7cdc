using System.Diagnostics;

namespace AutoForge.Engine.Crashes;

/// <summary>
/// Lets the reliability harness (docs/reliability.md) end this process by SIGKILL at a commit, as a power cut would: nothing
/// is flushed, closed or answered.
/// </summary>
/// <remarks>
/// Armed by the environment variable <c>AUTOFORGE_CRASH_AT</c> alone, such as <c>settle:before:3</c>: the third time that a run is
/// about to be settled. It is no setting of the server, so no settings file can hold it, and what it says must name a point;
/// anything else arms nothing. Unarmed, a point is a read of a constant.
/// </remarks>
public static class CrashPoints
{
    public const string Variable = "AUTOFORGE_CRASH_AT";

    private static readonly CrashPlan? Plan = CrashPlan.Parse(Environment.GetEnvironmentVariable(Variable));
    private static int _passed;

    /// <summary>Whether any point ends this process. A constant once compiled: what depends on it costs nothing unarmed.</summary>
    public static bool AreArmed => Plan is not null;

    /// <summary>Ends this process if it is the point that was named, and has been passed as often as was said.</summary>
    public static void Pass(CrashPoint point, CommitSide side)
    {
        if (Plan is not null && Plan.Point == point && Plan.Side == side && Interlocked.Increment(ref _passed) == Plan.Times)
            Process.GetCurrentProcess().Kill();
    }
}
