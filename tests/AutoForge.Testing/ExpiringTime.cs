namespace AutoForge.Testing;

/// <summary>A clock on which time limits run out when the test says so, and not before.</summary>
public sealed class ExpiringTime : TimeProvider
{
    private readonly List<Limit> _limits = [];
    private bool _isExpired;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var limit = new Limit(this, () => callback(state));
        bool isExpired;
        lock (_limits)
        {
            _limits.Add(limit);
            isExpired = _isExpired;
        }
        if (isExpired)
            limit.Fire();
        return limit;
    }

    /// <summary>Lets every limit run out: those that are running now, and later ones at once.</summary>
    public void Expire()
    {
        List<Limit> running;
        lock (_limits)
        {
            _isExpired = true;
            running = [.. _limits];
        }
        running.ForEach(limit => limit.Fire());
    }

    private sealed class Limit(ExpiringTime owner, Action fire) : ITimer
    {
        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            lock (owner._limits)
                owner._limits.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
