using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Studio.Instances;
using Microsoft.AspNetCore.SignalR;

namespace AutoForge.Server.Studio.Live;

/// <summary>
/// Tells viewers about the runs they look at. A run is followed once per node, however many look at it, and only while
/// somebody does.
/// </summary>
internal sealed class LiveRuns(RunWatch watch, StepQueries steps, IHubContext<WorkflowInstanceHub> hub, ILogger<LiveRuns> logger)
{
    private static readonly TimeSpan OutagePause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Feed> _feeds = [];

    /// <summary>How many runs are followed.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _feeds.Count;
        }
    }

    /// <summary>False: the account has no such run.</summary>
    /// <remarks>
    /// 1. Look at the run, which also proves whose it is.
    /// 2. Join its group, then make sure that it is followed from where it stood in step 1.
    /// 3. Tell the newcomer how it stands now. Whatever was stored between the page's own reading and step 2 is in it; a feed
    ///    that has just told the end and goes away has seen it stored, so step 3 sees it too.
    /// </remarks>
    public async Task<bool> JoinAsync(string connectionId, Guid accountId, Guid runId, CancellationToken cancellationToken)
    {
        // 1
        if (await watch.LookAsync(accountId, runId, cancellationToken) is not { } mark)
            return false;

        // 2
        await hub.Groups.AddToGroupAsync(connectionId, GroupOf(runId), cancellationToken);
        if (!mark.IsTerminal)
            Follow(connectionId, accountId, runId, mark);
        // It may have gone, and left, before it was there.
        if (cancellationToken.IsCancellationRequested)
            Leave(connectionId, [runId]);

        // 3
        await TellAsync(hub.Clients.Client(connectionId), accountId, runId, cancellationToken);
        return true;
    }

    /// <summary>A connection is gone; runs that nobody looks at any more are followed no longer.</summary>
    public void Leave(string connectionId, IEnumerable<Guid> runIds)
    {
        foreach (var runId in runIds)
            TakeAbandoned(connectionId, runId)?.Stop.Cancel();
    }

    private Feed? TakeAbandoned(string connectionId, Guid runId)
    {
        lock (_gate)
        {
            var isLast = _feeds.TryGetValue(runId, out var feed) && feed.Connections.Remove(connectionId) && feed.Connections.Count == 0;
            if (isLast)
                _feeds.Remove(runId);
            return isLast ? feed : null;
        }
    }

    private void Follow(string connectionId, Guid accountId, Guid runId, RunMark since)
    {
        lock (_gate)
        {
            if (!_feeds.TryGetValue(runId, out var feed))
            {
                _feeds[runId] = feed = new Feed();
                _ = Task.Run(() => FollowAsync(feed, accountId, runId, since));
            }
            feed.Connections.Add(connectionId);
        }
    }

    private async Task FollowAsync(Feed feed, Guid accountId, Guid runId, RunMark told)
    {
        try
        {
            while (true)
            {
                try
                {
                    await foreach (var mark in watch.ChangesAsync(accountId, runId, told, feed.Stop.Token))
                    {
                        await TellAsync(hub.Clients.Group(GroupOf(runId)), accountId, runId, feed.Stop.Token);
                        told = mark;
                    }
                    return;
                }
                catch (Exception exception) when (ProblemMapping.IsDatabaseUnavailable(exception))
                {
                    await Task.Delay(OutagePause, feed.Stop.Token);
                }
            }
        }
        catch (OperationCanceledException) when (feed.Stop.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
        // The edge of work that nobody waits for: the viewers see no more news until they reload.
        catch (Exception exception)
        {
            Log.FollowingFailed(logger, exception, accountId, runId);
        }
        finally
        {
            lock (_gate)
            {
                if (_feeds.GetValueOrDefault(runId) == feed)
                    _feeds.Remove(runId);
            }
        }
    }

    /// <summary>
    /// Journal, badges, and last the instance, on which the viewer reads the run's status: all after the state that they
    /// make it read is stored.
    /// </summary>
    private async Task TellAsync(IClientProxy viewers, Guid accountId, Guid runId, CancellationToken cancellationToken)
    {
        var stats = ExecutionStats.Of(await steps.HeadsAsync(accountId, runId, cancellationToken));
        await viewers.SendAsync("WorkflowExecutionLogUpdatedAsync", new { }, cancellationToken);
        await viewers.SendAsync("ActivityExecutionLogUpdatedAsync", new ExecutionReport(stats), cancellationToken);
        await viewers.SendAsync("WorkflowInstanceUpdatedAsync", new { WorkflowInstanceId = runId.ToString() }, cancellationToken);
    }

    // Ids are unique across accounts, and only those of the caller's own get this far.
    private static string GroupOf(Guid runId) => runId.ToString();

    private sealed class Feed
    {
        public HashSet<string> Connections { get; } = [];
        public CancellationTokenSource Stop { get; } = new();
    }
}
