namespace AutoForge.Engine.Triggers;

/// <summary>Why a run was not started.</summary>
public static class RefusalReason
{
    /// <summary>The balance does not cover the price.</summary>
    public const string Balance = "balance";

    /// <summary>The price is above what the owner lets a run cost.</summary>
    public const string RunCap = "run_cap";

    /// <summary>The account's cap of the month would be passed.</summary>
    public const string MonthCap = "month_cap";

    /// <summary>The workflow's cap of the month would be passed.</summary>
    public const string WorkflowCap = "workflow_cap";

    /// <summary>The plan allows no more runs today.</summary>
    public const string RunsPerDay = "runs_per_day";
}
