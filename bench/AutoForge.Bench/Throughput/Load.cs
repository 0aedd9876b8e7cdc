using System.Net;

namespace AutoForge.Bench.Throughput;

/// <summary>Some callers at work at a time, spread evenly over the accounts.</summary>
internal sealed class Load : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    private readonly Caller[] _callers;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _limit = new(Limit);
    private readonly Task _running;

    public Load(IPEndPoint server, IReadOnlyList<Hook> hooks, FlightBook flights, LoadPlan plan)
    {
        _callers = [.. Enumerable.Range(0, plan.Connections).Select(i => new Caller(server, hooks[i % hooks.Count], flights, plan))];
        _running = Task.WhenAll(_callers.Select(caller => Task.Run(() => caller.RunAsync(_stop.Token, _limit.Token))));
    }

    public int Refused => _callers.Sum(caller => caller.Refused);

    /// <summary>Waits for a time, or less when a caller fails.</summary>
    /// <exception cref="IOException">A connection broke.</exception>
    public async Task GoOnAsync(TimeSpan time)
    {
        if (await Task.WhenAny(_running, Task.Delay(time)) == _running)
            await _running;
    }

    /// <summary>Lets every caller finish what is under way.</summary>
    /// <exception cref="OperationCanceledException">A run did not reach the target in time.</exception>
    public async Task StopAsync(TimeSpan patience)
    {
        _limit.CancelAfter(patience);
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _limit.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default);
        foreach (var caller in _callers)
            caller.Dispose();
        _stop.Dispose();
        _limit.Dispose();
    }
}
