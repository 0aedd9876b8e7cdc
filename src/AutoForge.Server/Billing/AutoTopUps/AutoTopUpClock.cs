using AutoForge.Server.Billing.Stripe;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Billing.AutoTopUps;

/// <summary>Looks for low balances again and again, beside the runs and never in their way.</summary>
internal sealed class AutoTopUpClock(CardCharges charges, IOptions<StripeOptions> options, TimeProvider time, ILogger<AutoTopUpClock> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.IsOn)
            return;
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await charges.RunOnceAsync(stoppingToken);
                }
                // The loop's edge: what failed now is found again in the next round.
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    Log.RoundFailed(logger, e);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shutdown.
        }
    }
}
