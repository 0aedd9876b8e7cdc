using AutoForge.Activities;
using AutoForge.Engine.Notices;
using AutoForge.Engine.Storage;
using AutoForge.Server.Operations.Telemetry;

namespace AutoForge.Server.Alerts;

/// <summary>
/// Tells what there is to tell. Notices come from the transactions that made them true, so a crash loses none; one that
/// ends between sending and marking sends it twice.
/// </summary>
internal sealed class AlertClock(NoticeStore notices, AlertSender sender, ServerMetrics metrics, TimeProvider time, ILogger<AlertClock> logger) : BackgroundService
{
    private const int MostAtOnce = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await TellAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            // The loop must outlive every failure of the database (reliability 17).
            catch (Exception e)
            {
                Log.TellingFailed(logger, e);
            }
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        foreach (var due in await notices.ClaimAsync(MostAtOnce, cancellationToken))
        {
            try
            {
                await sender.SendAsync(due, cancellationToken);
                await notices.ToldAsync(due, cancellationToken);
            }
            // It falls due again in five minutes; the next account is not to wait for it.
            catch (FaultException e)
            {
                metrics.AlertFailed();
                Log.AlertDelayed(logger, due.Notice.AccountId, due.Notice.Kind, e.Message);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && !DatabaseErrors.IsTransient(e))
            {
                metrics.AlertFailed();
                Log.AlertFailed(logger, e, due.Notice.AccountId, due.Notice.Kind);
            }
        }
    }
}
