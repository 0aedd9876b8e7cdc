namespace AutoForge.Engine.Storage;

/// <summary>
/// Turns the writes of many callers into few transactions. Whatever has gathered while the last group was written makes
/// the next one, so that an idle system writes at once and a busy one shares its commits; there is no timer.
/// </summary>
/// <remarks>
/// 1. A caller queues its item and waits. 2. The writer takes what is queued, in turns of its owners, and runs one
/// transaction for all of it. 3. After the commit each caller gets the result of its own item: at once when nothing else
/// is queued, otherwise as soon as the next group is on its way to the database. What callers do next keeps the processors
/// busy, and the next group, for which everybody waits, would have to wait for one of them.
/// A conflict (serialization, deadlock) runs the whole group again. A permanent error runs each item by itself, so that a
/// bad one fails alone. A transient error fails everyone with <see cref="DatabaseUnavailableException"/>: the commit may
/// have happened, and only the caller knows the key to read it back by.
/// <para>
/// The writer is a thread, and waits for the database as one. On the thread pool each answer of the database would queue
/// behind the callers that the group before has just let go, and the database would be idle for as long.
/// </para>
/// </remarks>
internal sealed class GroupCommit<TItem, TResult> : IAsyncDisposable
{
    private readonly Func<IReadOnlyList<TItem>, Action, Written<TResult>> write;
    private readonly GroupCommitOptions options;
    private readonly FairQueue<Entry> queue = new();
    private readonly CancellationTokenSource abort = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The last group that was committed, until its callers are let go.
    private Committed? committed;

    // Also the lock of everything below, and what the writer waits on while there is nothing to write.
    private readonly object gate = new();
    private Entry[] writing = [];
    private bool stopped;
    private bool disposed;

    /// <param name="name">Of the thread.</param>
    /// <param name="write">
    /// Writes all items in one transaction. When it throws something that is not transient, nothing has been committed. It
    /// calls the action when it has nothing left to do but wait; never is as good as at its end.
    /// </param>
    /// <param name="options">Null = the defaults.</param>
    public GroupCommit(string name, Func<IReadOnlyList<TItem>, Action, Written<TResult>> write, GroupCommitOptions? options = null)
    {
        this.write = write;
        this.options = options ?? new GroupCommitOptions();
        new Thread(WriteGroups) { Name = name, IsBackground = true }.Start();
    }

    /// <summary>Waits until the item is committed. Cancelling stops the wait, not the write.</summary>
    /// <param name="owner">Who takes turns with others.</param>
    /// <param name="item">To be written.</param>
    /// <param name="cancellationToken">Of the wait.</param>
    /// <exception cref="DatabaseUnavailableException">The queue is full or stopped, or the outcome is unknown.</exception>
    public Task<TResult> EnqueueAsync(Guid owner, TItem item, CancellationToken cancellationToken)
    {
        var entry = new Entry(item);
        lock (gate)
        {
            if (stopped || queue.Count >= options.Capacity)
            {
                return Task.FromException<TResult>(new DatabaseUnavailableException(
                    stopped ? "The server is shutting down." : "Too many writes are waiting for the database."));
            }
            queue.Enqueue(owner, entry);
            Monitor.Pulse(gate);
        }
        return entry.Completion.Task.WaitAsync(cancellationToken);
    }

    private void WriteGroups()
    {
        while (Next() is { Length: > 0 } group)
            Write(group);
        LetGo();
        ended.SetResult();
    }

    /// <returns>Nothing when the writer has been stopped and nobody waits any more.</returns>
    private Entry[] Next()
    {
        while (true)
        {
            lock (gate)
            {
                while (queue.Count == 0 && !stopped && committed is null)
                    Monitor.Wait(gate);
                if (queue.Count > 0 || stopped)
                    return writing = queue.Dequeue(options.MaxGroup, options.Turn);
            }
            LetGo();
        }
    }

    private void Write(Entry[] group)
    {
        try
        {
            var written = Run(group);
            LetGo();
            committed = new Committed(group, written);
        }
        catch (Exception exception)
        {
            // Every caller must be answered, whatever it was; the loop goes on with the next group.
            LetGo();
            Fail(group, exception);
        }
    }

    /// <summary>Those whose group is committed. Not only the writer calls it.</summary>
    private void LetGo() => Interlocked.Exchange(ref committed, null)?.LetGo();

    private Written<TResult> Run(Entry[] group)
    {
        var items = Array.ConvertAll(group, entry => entry.Item);
        for (var rerun = 0; ; rerun++)
        {
            try
            {
                return write(items, LetGo);
            }
            catch (Exception exception) when (rerun < options.MaxReruns && DatabaseErrors.Classify(exception) == DatabaseErrorKind.Conflict)
            {
                // Milliseconds; apart by chance, or the same two meet again.
                abort.Token.WaitHandle.WaitOne(Random.Shared.Next(1, 10 << rerun));
            }
        }
    }

    private void Fail(Entry[] group, Exception exception)
    {
        if (DatabaseErrors.Classify(exception) != DatabaseErrorKind.Permanent)
        {
            foreach (var entry in group)
                entry.Completion.TrySetException(new DatabaseUnavailableException("The database could not take the write.", exception));
        }
        else if (group.Length == 1)
        {
            group[0].Completion.TrySetException(exception);
        }
        else
        {
            foreach (var entry in group)
                Write([entry]);
        }
    }

    /// <summary>
    /// Takes no more items and waits until those that are queued are written. Cancelling gives up on the rest: their callers
    /// get <see cref="DatabaseUnavailableException"/>, and a write that hangs is left to its own timeout.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            stopped = true;
            Monitor.Pulse(gate);
        }
        try
        {
            await ended.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await abort.CancelAsync();
            LetGo();
            lock (gate)
            {
                foreach (var entry in (Entry[])[.. writing, .. queue.DequeueAll()])
                    entry.Completion.TrySetException(new DatabaseUnavailableException("The server is shutting down."));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        // A container that knows this object under two names disposes it twice.
        if (Interlocked.Exchange(ref disposed, true))
            return;
        await StopAsync(new CancellationToken(canceled: true));
    }

    private sealed class Committed(Entry[] group, Written<TResult> written)
    {
        public void LetGo()
        {
            try
            {
                written.Then?.Invoke();
                if (written.Results.Count != group.Length)
                    throw new InvalidOperationException($"The writer gave {written.Results.Count} results for {group.Length} items.");
            }
            catch (Exception exception)
            {
                // Committed or not, a caller must not wait for ever.
                foreach (var entry in group)
                    entry.Completion.TrySetException(exception);
                return;
            }

            for (var i = 0; i < group.Length; i++)
                group[i].Completion.TrySetResult(written.Results[i]);
        }
    }

    private sealed class Entry(TItem item)
    {
        public TItem Item { get; } = item;

        /// <summary>Its continuations run elsewhere: a caller must not hold up the writer.</summary>
        public TaskCompletionSource<TResult> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
