using AutoForge.Engine.Jobs;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoForge.Engine.Runs;

/// <summary>Writes what workers say about their runs, and outlasts a database that is away.</summary>
internal sealed class RunWriter(RunCommits commits, EngineMetrics metrics, TimeProvider time, ILogger<RunWriter> logger) : IHostedService
{
    private volatile bool _stopped;

    /// <summary>
    /// Returns after the commit. While the database is away the write is kept and tried again, until the lease is over: a
    /// result that is lost would be an effect that is repeated, or a run that is uncertain (reliability 17).
    /// </summary>
    /// <remarks>
    /// A try of which it is not known whether it happened may be repeated: a START is stored over itself, and an end or a
    /// rest that did happen has taken the lease away, so the repeat is fenced off.
    /// </remarks>
    /// <returns>Whether a parked run got the place of one that left in the same commit, and is due now.</returns>
    /// <exception cref="LeaseLostException">Another node owns the run, or this very write is done already; nothing more was written.</exception>
    /// <exception cref="DatabaseUnavailableException">The lease is over, or the node stops, and the database is still away.</exception>
    public async ValueTask<bool> WriteAsync(RunWrite write, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (await commits.WriteAsync(write, cancellationToken) is { } madeDue)
                    return madeDue;
                metrics.WriteFenced();
                Log.WriteFenced(logger, write.Lease.AccountId, write.Lease.JobId, write.Lease.Attempt);
                throw new LeaseLostException(write.Lease.JobId);
            }
            catch (DatabaseUnavailableException) when (!_stopped && time.GetTimestamp() < write.Lease.Deadline)
            {
                await Task.Delay(Outage.Pause, cancellationToken);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>No more tries: the last writes go out or fail.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stopped = true;
        return Task.CompletedTask;
    }
}
