using AutoForge.Reliability.Nodes;

namespace AutoForge.Reliability.Load;

/// <summary>The load under which things are killed: calls to all ordinary workflows, payments, and schedules that fall due.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    private const int DefaultSenders = 6;
    private static readonly TimeSpan DefaultPause = TimeSpan.FromMilliseconds(80);
    private static readonly TimeSpan LastDeliveries = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _limit = new();
    private readonly List<Sender> _senders = [];
    private readonly Task _running;

    /// <param name="senders">Who call at the same time.</param>
    /// <param name="longestPause">Of a sender between two calls; null = so long that the machine has time for the harm that is done.</param>
    public Traffic(Cluster cluster, CallBook book, int senders = DefaultSenders, TimeSpan? longestPause = null)
    {
        var hooks = cluster.Hooks.Where(hook => hook.Kind is not (Kind.Scheduled or Kind.Gated)).ToArray();
        var running = new List<Task>
        {
            new PaymentSender(cluster, book, cluster.Random.Next()).RunAsync(_stop.Token, _limit.Token),
            new ScheduleTicker(cluster).RunAsync(_stop.Token),
        };
        for (var i = 0; i < senders; i++)
        {
            var sender = new Sender(cluster, book, cluster.Random.Next());
            _senders.Add(sender);
            running.Add(sender.RunAsync(hooks, longestPause ?? DefaultPause, _stop.Token, _limit.Token));
        }
        _running = Task.WhenAll(running);
    }

    /// <summary>No new calls; those under way are delivered to their end. All nodes must be up.</summary>
    public async Task StopAsync()
    {
        _limit.CancelAfter(LastDeliveries);
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await _limit.CancelAsync();
        await StopAsync();
        _senders.ForEach(sender => sender.Dispose());
        _stop.Dispose();
        _limit.Dispose();
    }
}
