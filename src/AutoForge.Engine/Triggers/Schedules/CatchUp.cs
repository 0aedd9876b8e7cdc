namespace AutoForge.Engine.Triggers.Schedules;

/// <summary>What happens with due times that passed while no node was running.</summary>
internal enum CatchUp
{
    /// <summary>They are dropped, unless the latest is not older than <see cref="ScheduleRule.Grace"/>.</summary>
    Skip,

    /// <summary>Only the latest runs.</summary>
    Once,

    /// <summary>All run, in order.</summary>
    All,
}
