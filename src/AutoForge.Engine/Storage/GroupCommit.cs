using System.Threading.Channels;

namespace AutoForge.Engine.Storage;

/// <summary>
/// Turns the writes of many callers into few transactions. Whatever has gathered while the last group was written makes
/// the next one, so that an idle system writes at once and a busy one shares its commits; there is no timer.
/// </summary>
/// <remarks>
/// 1. A caller queues its item and waits. 2. A writer takes what is queued and runs one transaction for all of it.
/// 3. After the commit each caller gets the result of its own item.
/// A conflict (serialization, deadlock) runs the whole group again. A permanent error runs each item by itself, so that a
/// bad one fails alone. A transient error fails everyone with <see cref="DatabaseUnavailableException"/>: the commit may
/// have happened, and only the caller knows the key to read it back by.
/// </remarks>
internal sealed class GroupCommit<TItem, TResult> : IAsyncDisposable
{
    private readonly Func<IReadOnlyList<TItem>, CancellationToken, ValueTask<IReadOnlyList<TResult>>> write;
    private readonly GroupCommitOptions options;
    private readonly Channel<Entry> queue;
    private readonly CancellationTokenSource abort = new();
    private readonly Task writing;
    private volatile bool stopped;
    private bool disposed;

    /// <param name="write">
    /// Writes all items in one transaction and gives one result for each, in their order. When it throws something that is
    /// not transient, nothing has been committed.
    /// </param>
    /// <param name="options">Null = the defaults.</param>
    public GroupCommit(
        Func<IReadOnlyList<TItem>, CancellationToken, ValueTask<IReadOnlyList<TResult>>> write, GroupCommitOptions? options = null)
    {
        this.write = write;
        this.options = options ?? new GroupCommitOptions();
        queue = Channel.CreateBounded<Entry>(new BoundedChannelOptions(this.options.Capacity) { SingleReader = this.options.Writers == 1 });
        writing = Task.WhenAll(Enumerable.Range(0, this.options.Writers).Select(_ => Task.Run(WriteGroupsAsync)));
    }

    /// <summary>Waits until the item is committed. Cancelling stops the wait, not the write.</summary>
    /// <exception cref="DatabaseUnavailableException">The queue is full or stopped, or the outcome is unknown.</exception>
    public Task<TResult> EnqueueAsync(TItem item, CancellationToken cancellationToken)
    {
        var entry = new Entry(item);
        if (!queue.Writer.TryWrite(entry))
        {
            entry.Completion.SetException(new DatabaseUnavailableException(
                stopped ? "The server is shutting down." : "Too many writes are waiting for the database."));
        }

        return entry.Completion.Task.WaitAsync(cancellationToken);
    }

    private async Task WriteGroupsAsync()
    {
        var group = new List<Entry>(options.MaxGroup);
        while (await queue.Reader.WaitToReadAsync())
        {
            while (group.Count < options.MaxGroup && queue.Reader.TryRead(out var entry))
                group.Add(entry);
            if (group.Count > 0)
                await WriteAsync(group);
            group.Clear();
        }
    }

    private async Task WriteAsync(IReadOnlyList<Entry> group)
    {
        IReadOnlyList<TResult> results;
        try
        {
            results = await RunAsync(group);
        }
        catch (Exception exception)
        {
            // Every caller must be answered, whatever it was; the loop goes on with the next group.
            await FailAsync(group, exception);
            return;
        }

        for (var i = 0; i < group.Count; i++)
        {
            if (results.Count == group.Count)
                group[i].Completion.TrySetResult(results[i]);
            else
                group[i].Completion.TrySetException(new InvalidOperationException($"The writer gave {results.Count} results for {group.Count} items."));
        }
    }

    private async Task<IReadOnlyList<TResult>> RunAsync(IReadOnlyList<Entry> group)
    {
        var items = group.Select(entry => entry.Item).ToArray();
        for (var rerun = 0; ; rerun++)
        {
            try
            {
                return await write(items, abort.Token);
            }
            catch (Exception exception) when (rerun < options.MaxReruns && DatabaseErrors.Classify(exception) == DatabaseErrorKind.Conflict)
            {
                // Milliseconds; apart by chance, or the same two meet again.
                await Task.Delay(Random.Shared.Next(1, 10 << rerun), abort.Token);
            }
        }
    }

    private async Task FailAsync(IReadOnlyList<Entry> group, Exception exception)
    {
        if (abort.IsCancellationRequested || DatabaseErrors.Classify(exception) != DatabaseErrorKind.Permanent)
        {
            foreach (var entry in group)
                entry.Completion.TrySetException(new DatabaseUnavailableException("The database could not take the write.", exception));
        }
        else if (group.Count == 1)
        {
            group[0].Completion.TrySetException(exception);
        }
        else
        {
            foreach (var entry in group)
                await WriteAsync([entry]);
        }
    }

    /// <summary>
    /// Takes no more items and waits until those that are queued are written. Cancelling gives up on the rest: their callers
    /// get <see cref="DatabaseUnavailableException"/>.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        stopped = true;
        queue.Writer.TryComplete();
        await using (cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), abort))
            await writing;
    }

    public async ValueTask DisposeAsync()
    {
        // A container that knows this object under two names disposes it twice.
        if (Interlocked.Exchange(ref disposed, true))
            return;
        await StopAsync(new CancellationToken(canceled: true));
        abort.Dispose();
    }

    private sealed class Entry(TItem item)
    {
        public TItem Item { get; } = item;

        /// <summary>Its continuations run elsewhere: a caller must not hold up the writer.</summary>
        public TaskCompletionSource<TResult> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
