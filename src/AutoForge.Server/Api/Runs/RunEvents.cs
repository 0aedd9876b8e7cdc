using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using AutoForge.Engine.Runs;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;

namespace AutoForge.Server.Api.Runs;

/// <summary>A run as it goes on, for pages: one event with the whole run at first and after each change, the last with its end.</summary>
internal static class RunEvents
{
    private const string EventName = "run";
    private const string LastEventId = "Last-Event-ID";

    // Then the browser asks again, and shows by it that the session still goes on.
    private static readonly TimeSpan LongestStream = TimeSpan.FromMinutes(10);

    public static async Task<IResult> FollowAsync(
        Guid id, HttpRequest request, ClaimsPrincipal caller, RunQueries runs, RunWatch watch, IHostApplicationLifetime lifetime,
        CancellationToken cancellationToken)
    {
        var mark = await watch.LookAsync(caller.AccountId(), id, cancellationToken) ?? throw new NotFoundException();
        // A browser asks again when a stream has ended, until it is told that there is nothing more.
        if (mark.IsTerminal && request.Headers[LastEventId] == IdOf(mark))
            return TypedResults.NoContent();
        return TypedResults.ServerSentEvents(EventsAsync(caller.AccountId(), id, mark, runs, watch, lifetime, cancellationToken));
    }

    private static async IAsyncEnumerable<SseItem<RunView>> EventsAsync(
        Guid accountId, Guid runId, RunMark mark, RunQueries runs, RunWatch watch, IHostApplicationLifetime lifetime,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping);
        end.CancelAfter(LongestStream);

        if (await runs.GetAsync(accountId, runId, end.Token) is not { } first)
            yield break;
        // The run may have gone on since the mark was read; then this is told twice.
        yield return EventOf(first, mark);

        await using var changes = watch.ChangesAsync(accountId, runId, mark, end.Token).GetAsyncEnumerator(CancellationToken.None);
        while (await MoveOnAsync(changes, end.Token) && await runs.GetAsync(accountId, runId, cancellationToken) is { } run)
            yield return EventOf(run, changes.Current);
    }

    // The end of the time or of the server is the end of the stream, not an error.
    private static async Task<bool> MoveOnAsync(IAsyncEnumerator<RunMark> changes, CancellationToken end)
    {
        try
        {
            return await changes.MoveNextAsync();
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return false;
        }
    }

    private static SseItem<RunView> EventOf(RunView run, RunMark mark) => new(run, EventName) { EventId = IdOf(mark) };

    private static string IdOf(RunMark mark) => mark.UpdatedAt.UtcTicks.ToString(CultureInfo.InvariantCulture);
}
