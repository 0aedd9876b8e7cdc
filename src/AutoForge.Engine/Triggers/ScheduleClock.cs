using AutoForge.Engine.Crashes;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Triggers.Schedules;
using AutoForge.Engine.Workflows;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoForge.Engine.Triggers;

/// <summary>
/// Fires schedules by the database clock. Any number of nodes may run it: the due time is the run's dedup key, so a
/// time is accepted once whoever comes first (reliability 14).
/// </summary>
internal sealed class ScheduleClock(
    TriggerStore triggers, WorkflowVersions versions, RunAcceptance acceptance, TimeProvider time, ILogger<ScheduleClock> logger)
    : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan MaxSleep = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var sleep = MaxSleep;
            try
            {
                sleep = await FireAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            // The clock must outlive every failure of the database; a due time stays due.
            catch (Exception e)
            {
                Log.FiringFailed(logger, e);
            }
            if (sleep > TimeSpan.Zero)
                await Task.Delay(sleep, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Accepts what is due and returns how long nothing will be.</summary>
    internal async Task<TimeSpan> FireAsync(CancellationToken cancellationToken)
    {
        var (due, now, next) = await triggers.DueAsync(Batch, cancellationToken);
        await versions.PrepareAsync(due.Select(t => new VersionKey(t.AccountId, t.WorkflowId, t.Version)), cancellationToken);
        var fired = await Task.WhenAll(due.Select(trigger => FireAsync(trigger, now, cancellationToken)));
        // Crash before: the times are found due again, accepted again, and found to be duplicates.
        if (due.Count > 0)
            CrashPoints.Pass(CrashPoint.Schedule, CommitSide.Before);
        await triggers.AdvanceAsync([.. fired.OfType<(TriggerRow, DateTimeOffset?)>()], cancellationToken);
        if (due.Count > 0)
            CrashPoints.Pass(CrashPoint.Schedule, CommitSide.After);
        if (due.Count == Batch)
            return TimeSpan.Zero;
        return next is { } at && at - now < MaxSleep ? at - now : MaxSleep;
    }

    /// <summary>Accepts the due times of one schedule and returns when it is due next; null when it cannot be fired.</summary>
    private async Task<(TriggerRow, DateTimeOffset?)?> FireAsync(TriggerRow trigger, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var rule = TriggerSettings.RuleOf(trigger.Settings);
            await AcceptAsync(trigger, rule, now, cancellationToken);
            return (trigger, rule.NextAfter(now));
        }
        // One schedule that cannot be read, or whose run cannot be stored, must not keep the others from moving on.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && !DatabaseErrors.IsTransient(e))
        {
            Log.ScheduleFailed(logger, e, trigger.AccountId, trigger.WorkflowId);
            return null;
        }
    }

    private async Task AcceptAsync(TriggerRow trigger, ScheduleRule rule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var lastDue = trigger.NextDueAt!.Value - TimeSpan.FromTicks(1);
        foreach (var dueAt in rule.DueBetween(lastDue, now, rule.CatchUp))
        {
            var result = await acceptance.AcceptAsync(
                new AcceptRequest
                {
                    AccountId = trigger.AccountId,
                    WorkflowId = trigger.WorkflowId,
                    WorkflowName = trigger.WorkflowName,
                    TriggerId = trigger.Id,
                    TriggerType = trigger.Type,
                    TriggerActivityId = trigger.ActivityId,
                    Version = trigger.Version,
                    PriceCents = trigger.PriceCents,
                    Payload = TriggerPayload.Schedule(dueAt),
                    DedupKey = KeyOf(dueAt),
                    DueAt = dueAt,
                },
                cancellationToken);
            if (result.Reason is { } reason)
                Log.NotStarted(logger, trigger.AccountId, trigger.WorkflowId, dueAt, reason);
        }
    }

    private static string KeyOf(DateTimeOffset dueAt) => "due:" + dueAt.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
}
