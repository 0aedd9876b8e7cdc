using AutoForge.Engine.Storage;
using AutoForge.Engine.Triggers;
using AutoForge.Engine.Triggers.Schedules;

namespace AutoForge.Engine.Workflows;

/// <summary>Gathers what a workflow's page shows around the drawing.</summary>
public sealed class WorkflowOverviews
{
    private readonly Database _database;
    private readonly WorkflowCompiler _compiler;
    private readonly WorkflowValidator _validator;
    private readonly TimeProvider _time;

    internal WorkflowOverviews(Database database, WorkflowCompiler compiler, WorkflowValidator validator, TimeProvider time)
    {
        _database = database;
        _compiler = compiler;
        _validator = validator;
        _time = time;
    }

    /// <summary>Null = the account has no such workflow.</summary>
    public async Task<WorkflowOverview?> GetAsync(Guid accountId, string definitionId, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        if (await WorkflowStore.GetAsync(connection, accountId, definitionId, cancellationToken) is not { } latest)
            return null;
        var published = latest.PublishedVersion is { } version && !latest.IsPublished
            ? await WorkflowStore.GetAsync(connection, accountId, definitionId, cancellationToken, version)
            : null;
        var rows = await TriggerStore.ListAsync(connection, accountId, definitionId, cancellationToken);

        var workflow = _compiler.Compile(latest.Document);
        return new WorkflowOverview(
            latest,
            latest.IsPublished ? latest.PriceCents : published?.PriceCents,
            [.. workflow.Triggers.Select(trigger => OverviewOf(trigger, rows))],
            [.. _validator.Validate(workflow), .. TriggerDrafts.Problems(workflow)]);
    }

    private TriggerOverview OverviewOf(CompiledActivity trigger, IReadOnlyList<TriggerRow> rows)
    {
        var activity = trigger.Activity;
        var row = rows.FirstOrDefault(row => row.ActivityId == activity.Id && row.Type == activity.Type);
        // What counts for callers is what is published; before that, what is drawn.
        var settings = row is { Enabled: true } ? row.Settings : TriggerDrafts.SettingsOf(trigger);
        return new TriggerOverview(
            activity.Id,
            activity.Name is { Length: > 0 } name ? name : trigger.Descriptor?.DisplayName ?? activity.Type,
            TriggerTypes.KindOf(activity.Type),
            row?.Token,
            row?.Enabled ?? false,
            activity.Type == TriggerTypes.Webhook ? TriggerSettings.MethodsOf(settings) : [],
            activity.Type == TriggerTypes.Webhook && TriggerSettings.SecretOf(settings) is not null,
            activity.Type == TriggerTypes.Schedule && ScheduleRule.TryParse(settings.ToDictionary(s => s.Key, s => s.Value?.ToString()), out var rule, out _)
                ? ScheduleOverview.Of(rule, _time.GetUtcNow())
                : null);
    }
}
