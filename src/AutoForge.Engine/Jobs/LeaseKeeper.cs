using System.Collections.Concurrent;
using AutoForge.Engine.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AutoForge.Engine.Jobs;

/// <summary>
/// Renews this node's leases every fifth of their time, on a thread and a connection of its own, and takes them away by
/// the monotonic clock before the database does (reliability 1).
/// </summary>
/// <remarks>
/// Two threads: a renewal may hang for seconds on a connection that has gone silent, and that is just when leases run out.
/// </remarks>
internal sealed class LeaseKeeper(JobQueue queue, EngineMetrics metrics, TimeProvider time, IOptions<WorkerOptions> options, ILogger<LeaseKeeper> logger)
    : IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<Lease, bool> _leases = [];
    private readonly ManualResetEventSlim _stop = new();
    private readonly List<Thread> _threads = [];

    /// <summary>Leases that it keeps now.</summary>
    internal int Count => _leases.Count;

    public void Add(Lease lease) => _leases[lease] = true;

    public void Remove(Lease lease) => _leases.TryRemove(lease, out _);

    /// <summary>Says that the work of a lease was dropped. Not when the lease is lost: the work may just have ended.</summary>
    public void Report(Lease lease)
    {
        metrics.LeaseLost();
        Log.LeaseLost(logger, lease.AccountId, lease.JobId, lease.Attempt);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Start(Renew, "autoforge-leases", options.Value.Lease / 5);
        Start(LoseExpired, "autoforge-deadlines", options.Value.Lease / 20);
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
        _threads.ForEach(thread => thread.Join());
        _stop.Dispose();
    }

    /// <summary>Extends every lease, or finds out that it belongs to somebody else now.</summary>
    internal void Renew()
    {
        var leases = _leases.Keys.ToArray();
        if (leases.Length == 0)
            return;
        try
        {
            var before = time.GetTimestamp();
            var ours = queue.Renew(leases);
            foreach (var lease in leases)
            {
                if (!ours.TryGetValue(lease.Fence, out var isExtended))
                    Lose(lease);
                else if (isExtended)
                    lease.Deadline = queue.DeadlineFrom(before);
            }
        }
        // The database may be away for a while; the deadlines decide when work must stop.
        catch (Exception e)
        {
            Log.RenewalFailed(logger, e, leases.Length);
        }
    }

    /// <summary>Takes leases away whose time is nearly over: the database may give them to another node soon.</summary>
    internal void LoseExpired()
    {
        // A quarter of the lease is left for the write in flight to fail on its own.
        var margin = (long)(options.Value.Lease.TotalSeconds / 4 * time.TimestampFrequency);
        var now = time.GetTimestamp();
        foreach (var lease in _leases.Keys)
        {
            if (now > lease.Deadline - margin)
                Lose(lease);
        }
    }

    private void Start(Action duty, string name, TimeSpan interval)
    {
        var thread = new Thread(() =>
        {
            while (!_stop.Wait(interval))
                duty();
        })
        { IsBackground = true, Name = name };
        _threads.Add(thread);
        thread.Start();
    }

    private void Lose(Lease lease)
    {
        // A job that finished meanwhile has removed itself, and its token may be disposed.
        if (_leases.TryRemove(lease, out _))
            lease.Lose();
    }
}
