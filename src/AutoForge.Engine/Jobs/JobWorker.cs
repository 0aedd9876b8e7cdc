using System.Threading.Channels;
using AutoForge.Engine.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AutoForge.Engine.Jobs;

/// <summary>Works on jobs: those that this node kept when it enqueued them, and those that it claims from the queue.</summary>
internal sealed class JobWorker(
    JobQueue queue, LeaseKeeper keeper, IJobHandler handler, TimeProvider time, IOptions<WorkerOptions> options, ILogger<JobWorker> logger)
    : BackgroundService
{
    private static readonly TimeSpan LastMoment = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20);

    // Holds at most one signal: "look again". Written by whoever makes a job due on this node.
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stopping = new();
    private int _running;
    private volatile bool _draining;
    private long _lastLook = time.GetTimestamp();

    // The last look that found every lease that had run out; null before the first.
    private long? _lastSweep;

    /// <summary>Time since the worker last looked at the queue successfully; readiness reports it.</summary>
    public TimeSpan HeartbeatAge => time.GetElapsedTime(Volatile.Read(ref _lastLook));

    /// <summary>Whether it would take one more job now.</summary>
    public bool HasRoom => !_draining && Volatile.Read(ref _running) < options.Value.MaxConcurrentRuns;

    /// <summary>Takes a place for a job that is about to be enqueued; false = full or draining, the job must go to the queue unclaimed.</summary>
    public bool TryReserve()
    {
        if (_draining)
            return false;
        if (Interlocked.Increment(ref _running) <= options.Value.MaxConcurrentRuns)
            return true;
        Interlocked.Decrement(ref _running);
        return false;
    }

    /// <summary>Gives a reserved place back that was not used.</summary>
    public void CancelReservation() => Interlocked.Decrement(ref _running);

    /// <summary>Starts a kept job in its reserved place. Call it after the commit that enqueued it.</summary>
    public void Start(Lease lease)
    {
        keeper.Add(lease);
        _ = RunAsync(lease);
    }

    /// <summary>Says that a job may be due on this node soon.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await queue.TakeOverAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = TimeSpan.FromMilliseconds(options.Value.PollMilliseconds);
            try
            {
                pause = await LookAsync(pause, stoppingToken);
                Volatile.Write(ref _lastLook, time.GetTimestamp());
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            // The worker loop must outlive every failure of the database (reliability 17).
            catch (Exception e)
            {
                Log.ClaimFailed(logger, e);
            }
            await SleepAsync(pause, stoppingToken);
        }
    }

    /// <summary>Lets running jobs finish within the host's shutdown time; what does not is taken over by lease.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _draining = true;
        await base.StopAsync(cancellationToken);
        await DrainAsync(cancellationToken);

        // What is left is interrupted; it gets a moment to store what it knows.
        await _stopping.CancelAsync();
        using var moment = new CancellationTokenSource(LastMoment, time);
        await DrainAsync(moment.Token);
    }

    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (Volatile.Read(ref _running) > 0 && !cancellationToken.IsCancellationRequested)
        {
            await Task.WhenAny(
                _wake.Reader.WaitToReadAsync(cancellationToken).AsTask(),
                Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken));
            _wake.Reader.TryRead(out _);
        }
    }

    public override void Dispose()
    {
        _stopping.Dispose();
        base.Dispose();
    }

    private async Task<TimeSpan> LookAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        var free = options.Value.MaxConcurrentRuns - Volatile.Read(ref _running);
        if (free <= 0)
            return pause;

        var max = Math.Min(free, 100);
        var leases = await ClaimAsync(max, cancellationToken);
        StartAll(leases.Where(lease => lease.HasPlace));
        if (leases.Where(lease => !lease.HasPlace).ToArray() is { Length: > 0 } resumed)
            StartAll(await handler.AdmitAsync(resumed, cancellationToken));
        if (leases.Count == max)
            return TimeSpan.Zero;

        var next = await queue.NextDueInAsync(cancellationToken);
        // A job that is due although nothing could be claimed is locked by somebody who is writing it.
        var shortest = leases.Count > 0 ? TimeSpan.Zero : ShortestPause;
        return next is { } due && due < pause ? (due > shortest ? due : shortest) : pause;
    }

    /// <summary>Looks for leases that have run out ten times in a lease, and for all else each time.</summary>
    private async Task<IReadOnlyList<Lease>> ClaimAsync(int max, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        if (_lastSweep is { } last && time.GetElapsedTime(last, now) < options.Value.Lease / 10)
            return await queue.ClaimUnleasedAsync(max, cancellationToken);
        var leases = await queue.ClaimAsync(max, cancellationToken);
        if (leases.Count < max)
            _lastSweep = now;
        return leases;
    }

    private async Task SleepAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        if (pause <= TimeSpan.Zero)
            return;
        using var wakeUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var timer = Task.Delay(pause, time, wakeUp.Token);
        await Task.WhenAny(timer, _wake.Reader.WaitToReadAsync(wakeUp.Token).AsTask());
        await wakeUp.CancelAsync();
        _wake.Reader.TryRead(out _);
    }

    private void StartAll(IEnumerable<Lease> leases)
    {
        foreach (var lease in leases)
        {
            Interlocked.Increment(ref _running);
            Start(lease);
        }
    }

    private async Task RunAsync(Lease lease)
    {
        // Leave the caller (a group writer, the claim loop) before any user work starts.
        await Task.Yield();
        try
        {
            if (await handler.HandleAsync(lease, _stopping.Token))
                Wake();
        }
        catch (LeaseLostException)
        {
            keeper.Report(lease);
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested || _stopping.IsCancellationRequested)
        {
            keeper.Report(lease);
        }
        // Nothing was committed: the lease runs out and the job is claimed again, with its attempt counted.
        catch (Exception e) when (e is DatabaseUnavailableException)
        {
            Log.JobInterrupted(logger, e, lease.AccountId, lease.JobId, lease.Attempt);
        }
        // The worker loop: a bug in a handler must not take the node down; the attempts bound its repeats.
        catch (Exception e)
        {
            Log.JobFailed(logger, e, lease.AccountId, lease.JobId, lease.Attempt);
        }
        finally
        {
            keeper.Remove(lease);
            lease.Dispose();
            var left = Interlocked.Decrement(ref _running);
            if (_draining || left == options.Value.MaxConcurrentRuns - 1)
                Wake();
        }
    }
}
