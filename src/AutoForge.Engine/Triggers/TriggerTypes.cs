namespace AutoForge.Engine.Triggers;

/// <summary>The trigger activities that the engine itself knows how to fire.</summary>
public static class TriggerTypes
{
    public const string Webhook = "AutoForge.Webhook";
    public const string Schedule = "AutoForge.Schedule";
    public const string Manual = "AutoForge.Manual";

    /// <summary>The kind as the API names it: <c>webhook</c>, <c>schedule</c>, <c>manual</c>.</summary>
    public static string KindOf(string activityType) => activityType switch
    {
        Webhook => "webhook",
        Schedule => "schedule",
        Manual => "manual",
        _ => activityType,
    };
}
