using AutoForge.Engine.Triggers;

namespace AutoForge.Server.Runs;

/// <summary>What pages say about why a run was not started.</summary>
internal static class RefusalText
{
    public static string Of(string reason) => reason switch
    {
        RefusalReason.Balance => "balance too low",
        RefusalReason.RunCap => "cap per run",
        RefusalReason.MonthCap => "cap of the month",
        RefusalReason.WorkflowCap => "cap of the workflow",
        RefusalReason.RunsPerDay => "plan's runs of the day",
        _ => reason.Replace('_', ' '),
    };
}
