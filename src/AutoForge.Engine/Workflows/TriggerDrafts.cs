using System.Text.Json.Nodes;
using AutoForge.Engine.Triggers;
using AutoForge.Engine.Triggers.Schedules;
using AutoForge.Expressions;

namespace AutoForge.Engine.Workflows;

/// <summary>Reads the triggers out of a version that is being published.</summary>
internal static class TriggerDrafts
{
    /// <summary>What is wrong with the triggers' settings, on top of what is checked of every activity.</summary>
    public static IEnumerable<WorkflowProblem> Problems(CompiledWorkflow workflow)
    {
        foreach (var trigger in workflow.Triggers)
        {
            var id = trigger.Activity.Id;
            // A trigger fires before there is a run, so there is nothing yet that an expression could read.
            foreach (var input in trigger.Inputs.Where(i => i.Input.Expression is { Type: not (ExpressionTypes.Literal or ExpressionTypes.Object) }))
                yield return new WorkflowProblem(id, input.Descriptor.Name, "A trigger takes fixed values only, no expressions.");

            if (trigger.Activity.Type == TriggerTypes.Schedule && !ScheduleRule.TryParse(TextsOf(trigger), out _, out var problems))
            {
                foreach (var (field, message) in problems)
                    yield return new WorkflowProblem(id, field, message);
            }
        }
    }

    /// <param name="workflow">Without problems.</param>
    /// <param name="publishedAt">Database time; schedules count from it.</param>
    public static IReadOnlyList<TriggerDraft> Of(CompiledWorkflow workflow, DateTimeOffset publishedAt) =>
        [.. workflow.Triggers.Select(trigger => new TriggerDraft(
            trigger.Activity.Id, trigger.Activity.Type, SettingsOf(trigger), FirstDue(trigger, publishedAt)))];

    /// <summary>The fixed inputs of a trigger activity, as they are stored with the trigger.</summary>
    public static JsonObject SettingsOf(CompiledActivity trigger) =>
        new(TextsOf(trigger).Select(s => KeyValuePair.Create(s.Key, (JsonNode?)JsonValue.Create(s.Value))));

    private static DateTimeOffset? FirstDue(CompiledActivity trigger, DateTimeOffset publishedAt) =>
        trigger.Activity.Type == TriggerTypes.Schedule && ScheduleRule.TryParse(TextsOf(trigger), out var rule, out _)
            ? rule.NextAfter(publishedAt)
            : null;

    private static Dictionary<string, string?> TextsOf(CompiledActivity trigger) =>
        trigger.Inputs.ToDictionary(i => i.Descriptor.Name, i => trigger.Literal(i.Descriptor.Name));
}
