using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AutoForge.Engine.Jobs;

/// <summary>
/// Renews this node's leases every fifth of their time, on a thread and a connection of its own, and takes them away by
/// the monotonic clock before the database does (reliability 1).
/// </summary>
internal sealed class LeaseKeeper(JobQueue queue, TimeProvider time, IOptions<WorkerOptions> options, ILogger<LeaseKeeper> logger)
    : IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<Lease, bool> _leases = [];
    private readonly ManualResetEventSlim _stop = new();
    private Thread? _thread;

    public void Add(Lease lease) => _leases[lease] = true;

    public void Remove(Lease lease) => _leases.TryRemove(lease, out _);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread = new Thread(Keep) { IsBackground = true, Name = "autoforge-leases" };
        _thread.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stop.Set();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _stop.Set();
        _thread?.Join();
        _stop.Dispose();
    }

    private void Keep()
    {
        while (!_stop.Wait(options.Value.Lease / 5))
        {
            var leases = _leases.Keys.ToArray();
            if (leases.Length == 0)
                continue;
            try
            {
                RenewAll(leases);
            }
            // The database may be away for a while; the deadlines decide when work must stop.
            catch (Exception e)
            {
                Log.RenewalFailed(logger, e, leases.Length);
            }
            LoseExpired(leases);
        }
    }

    private void RenewAll(Lease[] leases)
    {
        var before = time.GetTimestamp();
        var renewed = queue.Renew(leases);
        foreach (var lease in leases)
        {
            if (renewed.Contains(lease.JobId))
                lease.Deadline = queue.DeadlineFrom(before);
            else
                Lose(lease);
        }
    }

    private void LoseExpired(Lease[] leases)
    {
        // A quarter of the lease is left for the write in flight to fail on its own.
        var margin = (long)(options.Value.Lease.TotalSeconds / 4 * time.TimestampFrequency);
        var now = time.GetTimestamp();
        foreach (var lease in leases)
        {
            if (now > lease.Deadline - margin)
                Lose(lease);
        }
    }

    private void Lose(Lease lease)
    {
        // A job that finished meanwhile has removed itself, and its token may be disposed.
        if (_leases.TryRemove(lease, out _))
            lease.Lose();
    }
}
