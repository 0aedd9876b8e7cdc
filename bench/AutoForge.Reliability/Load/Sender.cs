using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AutoForge.Reliability.Nodes;

namespace AutoForge.Reliability.Load;

/// <summary>
/// Delivers calls as a good sender does: to any node, and again with the same key until one says 202. Sometimes it delivers
/// once more although it need not.
/// </summary>
internal sealed class Sender : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private const int RepeatPercent = 10;

    private readonly Cluster _cluster;
    private readonly CallBook _book;
    private readonly Random _random;
    private readonly HttpClient _http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromSeconds(4) };

    public Sender(Cluster cluster, CallBook book, int seed)
    {
        _cluster = cluster;
        _book = book;
        _random = new Random(seed);
    }

    /// <param name="stop">No more new calls.</param>
    /// <param name="limit">Gives up on calls that are not answered.</param>
    public async Task RunAsync(IReadOnlyList<Hook> hooks, TimeSpan longestPause, CancellationToken stop, CancellationToken limit)
    {
        while (!stop.IsCancellationRequested)
        {
            var call = _book.Begin(hooks[_random.Next(hooks.Count)]);
            if (await DeliverAsync(call, AnyNode, limit) && _random.Next(100) < RepeatPercent)
                await DeliverAsync(call, AnyNode, limit);
            if (call.Hook.Kind == Kind.Cancelled && call.RunId is { } runId)
                await CancelAsync(call.Hook, runId, limit);
            await Task.Delay(longestPause * _random.NextDouble(), CancellationToken.None);
        }
    }

    /// <summary>False: it gave up before a node said 202, or was told no.</summary>
    public async Task<bool> DeliverAsync(Call call, Func<Node> node, CancellationToken limit)
    {
        while (!limit.IsCancellationRequested)
        {
            switch (await TryAsync(call, node()))
            {
                case HttpStatusCode.Accepted:
                    return true;
                case null or HttpStatusCode.ServiceUnavailable:
                    await Task.Delay(Pause, CancellationToken.None);
                    break;
                default:
                    return false;
            }
        }
        return false;
    }

    /// <summary>Delivers once and notes the answer; null when there was none.</summary>
    public async Task<HttpStatusCode?> TryAsync(Call call, Node node)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(node.Address, $"/hooks/{call.Hook.Token}"))
        {
            Content = JsonContent.Create(new JsonObject { ["call"] = call.Number }),
            Headers = { { "Idempotency-Key", call.Key } },
        };
        using var answer = await TrySendAsync(request);
        switch (answer)
        {
            case { StatusCode: HttpStatusCode.Accepted }:
                var body = await answer.Content.ReadFromJsonAsync<JsonObject>(CancellationToken.None);
                _book.Answer(call, body!["runId"]!.GetValue<Guid>());
                break;
            case { StatusCode: HttpStatusCode.ServiceUnavailable, Headers.RetryAfter: null }:
                _book.Contradict($"a 503 to the key {call.Key} has no Retry-After");
                break;
            case { StatusCode: not HttpStatusCode.ServiceUnavailable }:
                _book.Contradict($"the key {call.Key} was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(CancellationToken.None)}");
                break;
        }
        return answer?.StatusCode;
    }

    private async Task CancelAsync(Hook hook, Guid runId, CancellationToken limit)
    {
        while (!limit.IsCancellationRequested)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(AnyNode().Address, $"/api/v1/runs/{runId}/cancel"));
            request.Headers.Authorization = hook.Owner.Http.DefaultRequestHeaders.Authorization;
            using var answer = await TrySendAsync(request);
            if (answer is { IsSuccessStatusCode: true })
                return;
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    /// <summary>Null: no answer, so nothing is known.</summary>
    private async Task<HttpResponseMessage?> TrySendAsync(HttpRequestMessage request)
    {
        try
        {
            return await _http.SendAsync(request);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    private Node AnyNode() => _cluster.Nodes[_random.Next(_cluster.Nodes.Count)];

    public void Dispose() => _http.Dispose();
}
