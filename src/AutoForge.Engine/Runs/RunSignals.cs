namespace AutoForge.Engine.Runs;

/// <summary>Wakes those in this process who watch a run, when something about it has been stored here.</summary>
/// <remarks>
/// A hint, no promise: a run may be at work on another node, so a watcher also looks by itself from time to time. Nothing
/// is sent through the database, where a notification would put all commits in a row (reliability 6).
/// </remarks>
internal sealed class RunSignals
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, List<Listener>> _listeners = [];
    private volatile int _count;

    /// <summary>How many listen.</summary>
    public int Count => _count;

    /// <summary>Call after the commit. Costs one read of a field while nobody watches anything.</summary>
    public void Raise(Guid runId)
    {
        if (_count == 0)
            return;
        lock (_gate)
        {
            foreach (var listener in _listeners.GetValueOrDefault(runId) ?? [])
                listener.Set();
        }
    }

    /// <summary>Begins to listen; dispose it to stop.</summary>
    public Listener Listen(Guid runId)
    {
        var listener = new Listener(this, runId);
        lock (_gate)
        {
            if (!_listeners.TryGetValue(runId, out var all))
                _listeners[runId] = all = [];
            all.Add(listener);
            _count++;
        }
        return listener;
    }

    private void Remove(Listener listener)
    {
        lock (_gate)
        {
            if (!_listeners.TryGetValue(listener.RunId, out var all) || !all.Remove(listener))
                return;
            _count--;
            if (all.Count == 0)
                _listeners.Remove(listener.RunId);
        }
    }

    /// <summary>Remembers one signal; any number of them is one piece of news.</summary>
    internal sealed class Listener(RunSignals owner, Guid runId) : IDisposable
    {
        private readonly SemaphoreSlim _raised = new(0, 1);

        public Guid RunId => runId;

        /// <summary>False: the time is over.</summary>
        public async Task<bool> WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
        {
            using var over = new CancellationTokenSource(limit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
            try
            {
                await _raised.WaitAsync(either.Token);
                return true;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return false;
            }
        }

        // Under the owner's lock, so that no two come at once.
        public void Set()
        {
            if (_raised.CurrentCount == 0)
                _raised.Release();
        }

        public void Dispose()
        {
            owner.Remove(this);
            _raised.Dispose();
        }
    }
}
