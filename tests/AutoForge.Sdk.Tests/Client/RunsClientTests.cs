using AutoForge.Client;
using AutoForge.Testing.Servers;

namespace AutoForge.Sdk.Tests.Client;

public sealed class RunsClientTests : IAsyncLifetime
{
    private static readonly Guid RunId = new("0191d3a0-0000-7000-8000-000000000001");

    private readonly RecordingTime _time = new();
    private HttpTarget _server = null!;
    private AutoForgeClient _client = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await HttpTarget.StartAsync();
        _client = new AutoForgeClient(new Uri(_server.Url()), "af_live_key", _time);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("Succeeded")]
    [InlineData("Failed")]
    [InlineData("Cancelled")]
    public async Task WaitForEnd_AnyEnd_ReturnsTheRunAfterGrowingPauses(string end)
    {
        foreach (var status in new[] { "Queued", "Running", "Waiting", end })
            Answer(RunJson(status));

        var run = await _client.Runs.WaitForEndAsync(RunId, Cancelled);

        Assert.Equal((RunId, Enum.Parse<RunStatus>(end)), (run.Id, run.Status));
        Assert.Equal([50, 75, 112], _time.Pauses.Select(pause => pause.TotalMilliseconds));
    }

    [Fact]
    public async Task WaitForEnd_LongRun_IsAskedForEveryTwoSecondsInTheEnd()
    {
        for (var i = 0; i < 30; i++)
            Answer(RunJson("Waiting"));
        Answer(RunJson("Succeeded"));

        await _client.Runs.WaitForEndAsync(RunId, Cancelled);

        Assert.Equal(30, _time.Pauses.Count);
        Assert.All(_time.Pauses.Skip(10), pause => Assert.Equal(TimeSpan.FromSeconds(2), pause));
    }

    [Fact]
    public async Task WaitForEnd_BusyServer_IsAskedAgainWhenItSaysSo()
    {
        _server.Next(503, """{"code": "database_unavailable"}""", "application/problem+json", ("Retry-After", "3"))
            .Next(429, """{"code": "rate_limited"}""", "application/problem+json");
        Answer(RunJson("Succeeded"));

        await _client.Runs.WaitForEndAsync(RunId, Cancelled);

        Assert.Equal([3, 2], _time.Pauses.Select(pause => pause.TotalSeconds));
    }

    [Fact]
    public async Task WaitForEnd_UnknownRun_ThrowsAtOnce()
    {
        _server.Next(404, """{"code": "not_found"}""", "application/problem+json");

        var refusal = await Assert.ThrowsAsync<AutoForgeApiException>(() => _client.Runs.WaitForEndAsync(RunId, Cancelled));

        Assert.Equal("not_found", refusal.Code);
        Assert.Empty(_time.Pauses);
    }

    [Fact]
    public async Task List_SeveralPages_AreReadOneAfterTheOtherWithTheSameFilter()
    {
        Answer($$"""{"data": [{{RunJson("Failed")}}], "hasMore": true, "nextCursor": "a&b"}""");
        Answer($$"""{"data": [{{RunJson("Failed")}}, {{RunJson("Failed")}}], "hasMore": false, "nextCursor": null}""");
        var filter = new RunFilter
        {
            Status = RunStatus.Failed,
            Workflow = "w 1",
            From = new DateTimeOffset(2026, 3, 1, 13, 0, 0, TimeSpan.FromHours(1)),
            Text = "Ö/?",
        };

        var runs = new List<Run>();
        await foreach (var run in _client.Runs.ListAsync(filter, Cancelled))
            runs.Add(run);

        Assert.Equal(3, runs.Count);
        const string Query = "?status=Failed&workflow=w%201&from=2026-03-01T12%3A00%3A00.0000000Z&q=%C3%96%2F%3F";
        Assert.Equal([$"/api/v1/runs{Query}", $"/api/v1/runs{Query}&cursor=a%26b"], _server.Requests.Select(request => request.Path));
    }

    [Fact]
    public async Task List_OnlyTheFirstIsRead_DoesNotAskForTheSecondPage()
    {
        Answer($$"""{"data": [{{RunJson("Failed")}}, {{RunJson("Failed")}}], "hasMore": true, "nextCursor": "next"}""");

        await foreach (var run in _client.Runs.ListAsync(cancellationToken: Cancelled))
            break;

        Assert.Equal("/api/v1/runs", Assert.Single(_server.Requests).Path);
    }

    [Theory]
    [InlineData(ReplayFrom.Start, """{"from":"start"}""")]
    [InlineData(ReplayFrom.Failed, """{"from":"failed"}""")]
    public async Task Replay_FromEither_SaysSo(ReplayFrom from, string body)
    {
        _server.Next(202, $$"""{"runId": "{{RunId}}", "status": "Queued"}""", "application/json", ("Idempotent-Replayed", "true"));

        var started = await _client.Runs.ReplayAsync(RunId, from, Cancelled);

        Assert.Equal(new StartedRun(RunId, RunStatus.Queued) { IsEarlierRun = true }, started);
        Assert.Equal(("POST", $"/api/v1/runs/{RunId}/replay", body),
            (_server.Requests[0].Method, _server.Requests[0].Path, _server.Requests[0].Body));
    }

    private void Answer(string json) => _server.Next(200, json, "application/json");

    private static string RunJson(string status) =>
        $$"""
        {"id": "{{RunId}}", "definitionId": "w1", "version": 1, "status": "{{status}}", "trigger": "webhook", "priceCents": 5,
         "chargedCents": 0, "fault": null, "attempts": 1, "acceptedAt": "2026-03-01T12:00:00Z", "startedAt": null, "finishedAt": null,
         "correlationId": null, "name": null, "replayOf": null}
        """;
}
