using System.ComponentModel.DataAnnotations;
using AutoForge.Engine.Ledger;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Operations.Minutes;

/// <summary>How often the invariants are proven in the background. Section <c>AutoForge:LedgerCheck</c>.</summary>
internal sealed class LedgerCheckOptions
{
    /// <value>Hours, 0 to 720; default 24; 0 = never. It reads the whole database: choose it by how long <c>ledger verify</c> takes.</value>
    [Range(0, 720)]
    public int EveryHours { get; set; } = 24;
}

/// <summary>Proves the invariants now and then, on one of the nodes. What it finds is for a person; nothing is mended.</summary>
internal sealed class LedgerCheckClock(
    LedgerVerifier verifier, LedgerCheckTable checks, IOptions<LedgerCheckOptions> options, TimeProvider time, ILogger<LedgerCheckClock> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.EveryHours == 0)
            return;
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await CheckAsync(stoppingToken);
                }
                // The loop's edge: the age of the last check tells that there was none.
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    Log.LedgerCheckFailed(logger, e);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shutdown.
        }
    }

    /// <summary>Does nothing in a period that has its check.</summary>
    internal async Task CheckAsync(CancellationToken cancellationToken)
    {
        if (await checks.TakeAsync(TimeSpan.FromHours(options.Value.EveryHours), cancellationToken) is not { } period)
            return;
        var broken = (await verifier.VerifyAtLeisureAsync(cancellationToken)).Where(result => result.Violations > 0).ToList();
        foreach (var result in broken)
            Log.InvariantViolated(logger, result.Id, result.Violations, result.Statement);
        await checks.EndAsync(
            period, broken.Sum(result => result.Violations), broken.Count == 0 ? null : string.Join(", ", broken.Select(result => result.Id)), cancellationToken);
    }
}
