using System.Text.Json.Nodes;
using AutoForge.Engine.Triggers;
using AutoForge.Engine.Triggers.Schedules;

namespace AutoForge.Engine.Workflows;

/// <summary>Reads the triggers out of a version that is being published.</summary>
internal static class TriggerDrafts
{
    /// <param name="publishedAt">Database time; schedules count from it.</param>
    public static IReadOnlyList<TriggerDraft> Of(CompiledWorkflow workflow, DateTimeOffset publishedAt) =>
    [
        .. workflow.Triggers.Select(trigger =>
        {
            var settings = SettingsOf(trigger);
            var dueAt = trigger.Activity.Type == TriggerTypes.Schedule
                ? ScheduleRule.Parse(settings).NextAfter(publishedAt)
                : null;
            return new TriggerDraft(trigger.Activity.Id, trigger.Activity.Type, settings, dueAt);
        }),
    ];

    // A trigger fires before there is a run, so only literal inputs can say anything about it.
    private static JsonObject SettingsOf(CompiledActivity trigger)
    {
        var settings = new JsonObject();
        foreach (var input in trigger.Inputs)
        {
            if (trigger.Literal(input.Descriptor.Name) is { Length: > 0 } text)
                settings[input.Descriptor.Name] = text;
        }
        return settings;
    }
}
