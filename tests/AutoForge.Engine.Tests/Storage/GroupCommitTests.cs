using System.Threading.Channels;
using AutoForge.Engine.Storage;
using Npgsql;

namespace AutoForge.Engine.Tests.Storage;

public sealed class GroupCommitTests
{
    /// <summary>Milliseconds; only a broken build needs them.</summary>
    private const int Patience = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Patience)]
    public async Task EnqueueAsync_Idle_WritesAtOnceAndAnswersAfterTheCommit()
    {
        var writer = new ControlledWriter();
        await using var commits = new GroupCommit<int, int>("test", writer.Write);

        var waiting = commits.EnqueueAsync(Guid.Empty, 7, Token);
        var write = await writer.NextAsync();

        Assert.Equal([7], write.Items);
        Assert.False(waiting.IsCompleted);
        write.Commit();
        Assert.Equal(70, await waiting);
    }

    [Fact(Timeout = Patience)]
    public async Task EnqueueAsync_WhileAGroupIsWritten_GathersTheNextGroup()
    {
        var writer = new ControlledWriter();
        await using var commits = new GroupCommit<int, int>("test", writer.Write, new() { MaxGroup = 3 });
        var first = commits.EnqueueAsync(Guid.Empty, 1, Token);
        var write = await writer.NextAsync();
        Task<int>[] others = [.. Enumerable.Range(2, 4).Select(item => commits.EnqueueAsync(Guid.Empty, item, Token))];

        write.Commit();
        var second = await writer.NextAsync();
        second.Commit();
        var third = await writer.NextAsync();
        third.Commit();

        Assert.Equal(10, await first);
        Assert.Equal([2, 3, 4], second.Items);
        Assert.Equal([5], third.Items);
        var results = await Task.WhenAll(others);
        Assert.Equal([20, 30, 40, 50], results);
    }

    [Fact(Timeout = Patience)]
    public async Task EnqueueAsync_OneBadItemInAGroup_FailsAlone()
    {
        var writer = new ControlledWriter();
        await using var commits = new GroupCommit<int, int>("test", writer.Write);
        var opening = commits.EnqueueAsync(Guid.Empty, 0, Token);
        var write = await writer.NextAsync();
        var good = commits.EnqueueAsync(Guid.Empty, 1, Token);
        var bad = commits.EnqueueAsync(Guid.Empty, 2, Token);
        var alsoGood = commits.EnqueueAsync(Guid.Empty, 3, Token);
        write.Commit();
        await opening;

        (await writer.NextAsync()).Fail(Error(PostgresErrorCodes.CheckViolation));
        (await writer.NextAsync()).Commit();
        (await writer.NextAsync()).Fail(Error(PostgresErrorCodes.CheckViolation));
        (await writer.NextAsync()).Commit();

        Assert.Equal(10, await good);
        Assert.Equal(PostgresErrorCodes.CheckViolation, (await Assert.ThrowsAsync<PostgresException>(() => bad)).SqlState);
        Assert.Equal(30, await alsoGood);
    }

    [Theory(Timeout = Patience)]
    [InlineData(PostgresErrorCodes.SerializationFailure)]
    [InlineData(PostgresErrorCodes.DeadlockDetected)]
    public async Task EnqueueAsync_Conflict_RunsTheGroupAgain(string sqlState)
    {
        var writer = new ControlledWriter();
        await using var commits = new GroupCommit<int, int>("test", writer.Write);

        var waiting = commits.EnqueueAsync(Guid.Empty, 1, Token);
        (await writer.NextAsync()).Fail(Error(sqlState));
        (await writer.NextAsync()).Fail(Error(sqlState));
        (await writer.NextAsync()).Commit();

        Assert.Equal(10, await waiting);
    }

    [Fact(Timeout = Patience)]
    public async Task EnqueueAsync_ConflictWithoutEnd_GivesUpAfterFiveReruns()
    {
        var runs = 0;
        await using var commits = new GroupCommit<int, int>("test", (_, _) =>
        {
            runs++;
            throw Error(PostgresErrorCodes.DeadlockDetected);
        });

        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => commits.EnqueueAsync(Guid.Empty, 1, Token));

        Assert.Equal(6, runs);
    }

    [Fact(Timeout = Patience)]
    public async Task EnqueueAsync_ConnectionLost_FailsEveryCallerWithoutWritingAgain()
    {
        var writer = new ControlledWriter();
        await using var commits = new GroupCommit<int, int>("test", writer.Write);
        var opening = commits.EnqueueAsync(Guid.Empty, 0, Token);
        var write = await writer.NextAsync();
        var one = commits.EnqueueAsync(Guid.Empty, 1, Token);
        var two = commits.EnqueueAsync(Guid.Empty, 2, Token);
        write.Commit();
        await opening;

        (await writer.NextAsync()).Fail(new NpgsqlException("lost", new IOException()));

        Assert.Equal("database_unavailable", (await Assert.ThrowsAsync<DatabaseUnavailableException>(() => one)).Code);
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => two);
        var after = commits.EnqueueAsync(Guid.Empty, 3, Token);
        write = await writer.NextAsync();
        Assert.Equal([3], write.Items);
        write.Commit();
        await after;
    }

    [Fact(Timeout = Patience)]
    public async Task EnqueueAsync_QueueFull_IsRefused()
    {
        var writer = new ControlledWriter();
        await using var commits = new GroupCommit<int, int>("test", writer.Write, new() { Capacity = 2 });
        var written = commits.EnqueueAsync(Guid.Empty, 1, Token);
        var write = await writer.NextAsync();
        var queued = new[] { commits.EnqueueAsync(Guid.Empty, 2, Token), commits.EnqueueAsync(Guid.Empty, 3, Token) };

        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => commits.EnqueueAsync(Guid.Empty, 4, Token));

        write.Commit();
        (await writer.NextAsync()).Commit();
        var results = await Task.WhenAll(queued);
        Assert.Equal([20, 30], results);
        Assert.Equal(10, await written);
    }

    [Fact(Timeout = Patience)]
    public async Task EnqueueAsync_MoreIsQueued_LetsGoOfTheGroupBeforeWhenTheNextIsSent()
    {
        var writer = new ControlledWriter();
        await using var commits = new GroupCommit<int, int>("test", writer.WriteUnsent);
        var first = commits.EnqueueAsync(Guid.Empty, 1, Token);
        var write = await writer.NextAsync();
        var second = commits.EnqueueAsync(Guid.Empty, 2, Token);
        var isFollowed = false;
        write.Then = () => isFollowed = true;
        write.Commit();
        write = await writer.NextAsync();

        Assert.False(first.IsCompleted);
        Assert.False(isFollowed);
        write.Sent();
        Assert.True(isFollowed);
        Assert.Equal(10, await first);
        Assert.False(second.IsCompleted);
        write.Commit();
        Assert.Equal(20, await second);
    }

    [Theory(Timeout = Patience)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EnqueueAsync_NextGroupEndsWithoutASign_LetsGoOfTheGroupBefore(bool fails)
    {
        var writer = new ControlledWriter();
        await using var commits = new GroupCommit<int, int>("test", writer.WriteUnsent);
        var first = commits.EnqueueAsync(Guid.Empty, 1, Token);
        var write = await writer.NextAsync();
        var second = commits.EnqueueAsync(Guid.Empty, 2, Token);
        write.Commit();
        write = await writer.NextAsync();

        if (fails)
            write.Fail(Error(PostgresErrorCodes.CheckViolation));
        else
            write.Commit();

        Assert.Equal(10, await first);
        if (fails)
            await Assert.ThrowsAsync<PostgresException>(() => second);
        else
            Assert.Equal(20, await second);
    }

    [Fact(Timeout = Patience)]
    public async Task EnqueueAsync_WhatFollowsFails_TellsTheCallers()
    {
        await using var commits = new GroupCommit<int, int>("test", (items, _) => new([.. items], () => throw new InvalidOperationException("no")));

        await Assert.ThrowsAsync<InvalidOperationException>(() => commits.EnqueueAsync(Guid.Empty, 1, Token));
    }

    [Fact(Timeout = Patience)]
    public async Task EnqueueAsync_CallerCancelled_StopsWaitingButIsWritten()
    {
        var writer = new ControlledWriter();
        await using var commits = new GroupCommit<int, int>("test", writer.Write);
        using var caller = new CancellationTokenSource();

        var waiting = commits.EnqueueAsync(Guid.Empty, 1, caller.Token);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        var write = await writer.NextAsync();
        Assert.Equal([1], write.Items);
        write.Commit();
    }

    [Fact(Timeout = Patience)]
    public async Task EnqueueAsync_ResultMissing_TellsEveryCallerOfTheBug()
    {
        await using var commits = new GroupCommit<int, int>("test", (_, _) => new([]));

        await Assert.ThrowsAsync<InvalidOperationException>(() => commits.EnqueueAsync(Guid.Empty, 1, Token));
    }

    [Fact(Timeout = Patience)]
    public async Task StopAsync_ItemsQueued_WritesThemAndRefusesNewOnes()
    {
        var writer = new ControlledWriter();
        await using var commits = new GroupCommit<int, int>("test", writer.Write);
        var one = commits.EnqueueAsync(Guid.Empty, 1, Token);
        var write = await writer.NextAsync();
        var two = commits.EnqueueAsync(Guid.Empty, 2, Token);

        var stopping = commits.StopAsync(Token);
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => commits.EnqueueAsync(Guid.Empty, 3, Token));
        Assert.False(stopping.IsCompleted);
        write.Commit();
        (await writer.NextAsync()).Commit();
        await stopping;

        Assert.Equal(10, await one);
        Assert.Equal(20, await two);
    }

    [Fact(Timeout = Patience)]
    public async Task StopAsync_TimeIsUp_AnswersEveryoneAsUnavailable()
    {
        var writer = new ControlledWriter();
        await using var commits = new GroupCommit<int, int>("test", writer.Write);
        using var deadline = new CancellationTokenSource();
        var one = commits.EnqueueAsync(Guid.Empty, 1, Token);
        await writer.NextAsync();
        var two = commits.EnqueueAsync(Guid.Empty, 2, Token);

        var stopping = commits.StopAsync(deadline.Token);
        await deadline.CancelAsync();
        await stopping;

        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => one);
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => two);
    }

    [Fact(Timeout = Patience)]
    public async Task StopAsync_TimeIsUpWhileTheNextGroupHangs_AnswersWhoIsCommitted()
    {
        var writer = new ControlledWriter();
        await using var commits = new GroupCommit<int, int>("test", writer.WriteUnsent);
        using var deadline = new CancellationTokenSource();
        var one = commits.EnqueueAsync(Guid.Empty, 1, Token);
        var write = await writer.NextAsync();
        var two = commits.EnqueueAsync(Guid.Empty, 2, Token);
        write.Commit();
        await writer.NextAsync();

        var stopping = commits.StopAsync(deadline.Token);
        await deadline.CancelAsync();
        await stopping;

        Assert.Equal(10, await one);
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => two);
    }

    private static PostgresException Error(string sqlState) => new("no", "ERROR", "ERROR", sqlState);

    /// <summary>Hands each write to the test, which decides how it ends.</summary>
    private sealed class ControlledWriter
    {
        private readonly Channel<HeldWrite> writes = Channel.CreateUnbounded<HeldWrite>();

        public Written<int> Write(IReadOnlyList<int> items, Action sent)
        {
            sent();
            return WriteUnsent(items, sent);
        }

        /// <summary>Leaves it to the test to say that the write is sent.</summary>
        public Written<int> WriteUnsent(IReadOnlyList<int> items, Action sent)
        {
            var write = new HeldWrite(items, sent);
            Assert.True(writes.Writer.TryWrite(write));
            return new(write.Outcome.Task.GetAwaiter().GetResult(), write.Then);
        }

        public ValueTask<HeldWrite> NextAsync() => writes.Reader.ReadAsync(TestContext.Current.CancellationToken);
    }

    private sealed record HeldWrite(IReadOnlyList<int> Items, Action Sent)
    {
        public Action? Then { get; set; }

        public TaskCompletionSource<IReadOnlyList<int>> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Commit() => Outcome.SetResult([.. Items.Select(item => item * 10)]);

        public void Fail(Exception exception) => Outcome.SetException(exception);
    }
}
