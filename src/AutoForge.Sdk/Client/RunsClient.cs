using System.Net;

namespace AutoForge.Client;

/// <summary>The runs of the account.</summary>
public sealed class RunsClient
{
    private const string Path = "api/v1/runs";

    private readonly ApiTransport _transport;
    private readonly TimeProvider _time;

    internal RunsClient(ApiTransport transport, TimeProvider time)
    {
        _transport = transport;
        _time = time;
    }

    /// <summary>A run as it stands now.</summary>
    /// <exception cref="AutoForgeApiException"><c>not_found</c>.</exception>
    public Task<Run> GetAsync(Guid runId, CancellationToken cancellationToken = default) =>
        _transport.GetAsync(PathOf(runId), ClientJson.Default.Run, cancellationToken);

    /// <summary>Runs, newest first, page by page as they are read.</summary>
    /// <param name="filter">Which; null = all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public IAsyncEnumerable<Run> ListAsync(RunFilter? filter = null, CancellationToken cancellationToken = default) =>
        _transport.ListAsync(Path, (filter ?? new RunFilter()).ToQuery(), ClientJson.Default.PageAnswerRun, cancellationToken);

    /// <summary>The steps of a run so far, in order.</summary>
    /// <exception cref="AutoForgeApiException"><c>not_found</c>.</exception>
    public async Task<IReadOnlyList<RunStep>> StepsAsync(Guid runId, CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync($"{PathOf(runId)}/steps", ClientJson.Default.PageAnswerRunStep, cancellationToken)).Data;

    /// <summary>Asks until the run is over, first often, then every two seconds.</summary>
    /// <remarks>
    /// A server that is busy (429) or without its database (503) is asked again when it says so. A run may take as long as
    /// its delays: the token limits the waiting, not the run.
    /// </remarks>
    /// <exception cref="AutoForgeApiException"><c>not_found</c>.</exception>
    public async Task<Run> WaitForEndAsync(Guid runId, CancellationToken cancellationToken = default)
    {
        for (var asked = 0; ; asked++)
        {
            var pause = PollBackoff.PauseAfter(asked);
            try
            {
                var run = await GetAsync(runId, cancellationToken);
                if (run.HasEnded)
                    return run;
            }
            catch (AutoForgeApiException e) when (e.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
            {
                pause = e.RetryAfter ?? PollBackoff.Longest;
            }
            await Task.Delay(pause, _time, cancellationToken);
        }
    }

    /// <summary>Ends an open run; nothing is charged. Cancelling a cancelled run changes nothing.</summary>
    /// <exception cref="AutoForgeApiException"><c>not_found</c>; <c>run_terminal</c>: it has already ended otherwise.</exception>
    public Task<Run> CancelAsync(Guid runId, CancellationToken cancellationToken = default) =>
        _transport.PostAsync($"{PathOf(runId)}/cancel", null, ClientJson.Default.Run, cancellationToken);

    /// <summary>Starts a run again with the same input and version, as a run of its own. When this returns, it is durable.</summary>
    /// <exception cref="AutoForgeApiException"><c>not_found</c>, <c>run_not_terminal</c>, <c>run_not_failed</c>, <c>insufficient_balance</c>.</exception>
    public Task<StartedRun> ReplayAsync(Guid runId, ReplayFrom from = ReplayFrom.Start, CancellationToken cancellationToken = default) =>
        _transport.StartAsync($"{PathOf(runId)}/replay", Body(from, preview: false), idempotencyKey: null, cancellationToken);

    /// <summary>Tells what a replay would do again and cost, without starting it.</summary>
    /// <exception cref="AutoForgeApiException"><c>not_found</c>, <c>run_not_terminal</c>, <c>run_not_failed</c>.</exception>
    public Task<ReplayPreview> PreviewReplayAsync(Guid runId, ReplayFrom from = ReplayFrom.Start, CancellationToken cancellationToken = default) =>
        _transport.PostAsync($"{PathOf(runId)}/replay", Body(from, preview: true), ClientJson.Default.ReplayPreview, cancellationToken);

    /// <summary>What a run cost, and the ledger entries that say so.</summary>
    /// <exception cref="AutoForgeApiException"><c>not_found</c>.</exception>
    public Task<Receipt> ReceiptAsync(Guid runId, CancellationToken cancellationToken = default) =>
        _transport.GetAsync($"{PathOf(runId)}/receipt", ClientJson.Default.Receipt, cancellationToken);

    private static string PathOf(Guid runId) => $"{Path}/{runId}";

    private static HttpContent Body(ReplayFrom from, bool preview) =>
        ApiTransport.Body(ReplayBody.Of(from, preview), ClientJson.Default.ReplayBody);
}
