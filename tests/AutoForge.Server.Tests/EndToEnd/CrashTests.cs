using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;

namespace AutoForge.Server.Tests.EndToEnd;

/// <summary>kill -9 in the middle of runs (reliability 1, 2, 4, 15, 19; I1-I8).</summary>
public sealed class CrashTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Kill_StepsUnderWay_SafeOnesGoOnUnsafeOnesAreUncertainAndNothingIsChargedTwice()
    {
        await using var mail = await MailServer.StartAsync();
        using var account = await fixture.Server.RegisterAsync();
        await ConnectMailAsync(account, mail);
        var gate = new Gate(fixture.Target);
        var safe = await PublishAsync(account, "Safe", Request(gate.Url("/safe"), "GET"), Mail());
        var unsafePost = await PublishAsync(account, "Unsafe", Request(gate.Url("/unsafe"), "POST"), Mail());

        var safeRuns = await CallAsync(safe, 5);
        var unsafeRuns = await CallAsync(unsafePost, 5);
        await gate.ArrivedAsync(10).WaitAsync(Patience, TestContext.Current.CancellationToken);
        await fixture.Server.KillAsync();
        gate.Open();
        await fixture.RestartAsync();
        using var again = account.At(fixture.Server.Address);
        await again.LoginAsync();

        foreach (var runId in safeRuns)
            Assert.Equal("Succeeded", (await again.EndOfAsync(runId))["status"]!.GetValue<string>());
        foreach (var runId in unsafeRuns)
        {
            var run = await again.EndOfAsync(runId);
            Assert.Equal("Failed", run["status"]!.GetValue<string>());
            Assert.Equal("uncertain", run["fault"]!["code"]!.GetValue<string>());
            Assert.Equal(0, run["chargedCents"]!.GetValue<int>());
        }
        // The POST was under way when the node died: never sent a second time.
        Assert.Equal(5, fixture.Target.Requests.Count(r => r.Path.StartsWith("/unsafe", StringComparison.Ordinal)));
        Assert.Equal(10, fixture.Target.Requests.Count(r => r.Path.StartsWith("/safe", StringComparison.Ordinal)));
        Assert.Equal(5, (await mail.ReadAsync()).Count);
        Assert.Equal(5, (await again.LedgerAsync("?type=consume")).Count);
        Assert.Equal(5, (await again.LedgerAsync("?type=release")).Count);
        Assert.Empty(await fixture.ViolationsAsync());
    }

    [Fact]
    public async Task Kill_UnderLoad_EveryAcceptedRunEndsAndNoMailIsSentTwice()
    {
        await using var mail = await MailServer.StartAsync();
        using var account = await fixture.Server.RegisterAsync();
        await ConnectMailAsync(account, mail);
        var url = await PublishAsync(account, "Load", Mail());

        // Twenty is what the welcome credit pays for; the kill comes while they are being accepted and worked on.
        var accepted = new List<string>();
        var calls = Enumerable.Range(0, 20).Select(i => CallOnceAsync(url, i)).ToList();
        accepted.Add((await await Task.WhenAny(calls))!);
        await fixture.Server.KillAsync();
        accepted.AddRange((await Task.WhenAll(calls)).OfType<string>().Except(accepted));
        await fixture.RestartAsync();
        using var again = account.At(fixture.Server.Address);
        await again.LoginAsync();

        var ends = new List<JsonNode>();
        foreach (var runId in accepted)
            ends.Add(await again.EndOfAsync(runId));

        Assert.All(ends.Where(r => r["status"]!.GetValue<string>() != "Succeeded"), r => Assert.Equal("uncertain", r["fault"]!["code"]!.GetValue<string>()));
        var subjects = (await mail.ReadAsync()).Select(m => m["subject"]!.GetValue<string>()).ToList();
        Assert.Equal(subjects.Count, subjects.Distinct().Count());
        Assert.True(subjects.Count >= ends.Count(r => r["status"]!.GetValue<string>() == "Succeeded"));
        Assert.Empty(await fixture.ViolationsAsync());
    }

    [Fact]
    public async Task Stop_StepUnderWay_DrainsItFirst()
    {
        using var account = await fixture.Server.RegisterAsync();
        var gate = new Gate(fixture.Target);
        var url = await PublishAsync(account, "Drain", Request(gate.Url("/drain"), "POST"));
        var runId = Assert.Single(await CallAsync(url, 1));
        await gate.ArrivedAsync(1).WaitAsync(Patience, TestContext.Current.CancellationToken);

        var stopping = fixture.Server.StopAsync();
        gate.Open();
        var exitCode = await stopping;
        await fixture.RestartAsync();
        using var again = account.At(fixture.Server.Address);
        await again.LoginAsync();

        Assert.Equal(0, exitCode);
        Assert.Equal("Succeeded", (await again.EndOfAsync(runId))["status"]!.GetValue<string>());
        Assert.Single(fixture.Target.Requests, r => r.Path.StartsWith("/drain", StringComparison.Ordinal));
    }

    private static async Task ConnectMailAsync(ApiClient account, MailServer mail) =>
        (await account.PostAsync("/api/v1/connections", new JsonObject
        {
            ["name"] = "mail",
            ["type"] = "smtp",
            ["settings"] = new JsonObject { ["host"] = "localhost", ["port"] = mail.Port, ["security"] = "none", ["from"] = "shop@example.com" },
            ["secrets"] = new JsonObject(),
        })).Expect(HttpStatusCode.Created);

    private static JsonObject Request(string url, string method) =>
        Draw.Activity("request", "AutoForge.HttpRequest", ("method", Draw.Literal(method)), ("url", Draw.Literal(url)));

    private static JsonObject Mail() => Draw.Activity("mail", "AutoForge.SendEmail",
        ("connection", Draw.Literal("mail")),
        ("to", Draw.Literal("buyer@example.com")),
        ("subject", Draw.Template("{{ run.id }}")),
        ("text", Draw.Literal("Thank you")));

    private static async Task<string> PublishAsync(ApiClient account, string name, params JsonObject[] steps) =>
        (await account.PublishAsync(Draw.Chain(name, [Draw.Webhook(), .. steps])))["triggers"]![0]!["url"]!.GetValue<string>();

    private async Task<IReadOnlyList<string>> CallAsync(string url, int times)
    {
        using var caller = new ApiClient(fixture.Server.Address);
        var answers = await Task.WhenAll(Enumerable.Range(0, times).Select(i => caller.PostAsync(url, new JsonObject { ["i"] = i })));
        return [.. answers.Select(a => a.Expect(HttpStatusCode.Accepted)["runId"]!.GetValue<string>())];
    }

    // Null when the server died before it answered: nothing was promised then.
    private async Task<string?> CallOnceAsync(string url, int i)
    {
        using var caller = new ApiClient(fixture.Server.Address);
        try
        {
            var answer = await caller.PostAsync(url, new JsonObject { ["i"] = i });
            return answer.Status == HttpStatusCode.Accepted ? answer.Body!["runId"]!.GetValue<string>() : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Holds every request to its paths until it is opened.</summary>
    private sealed class Gate(HttpTarget target)
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Channel<bool> _arrived = Channel.CreateUnbounded<bool>();

        public string Url(string path)
        {
            target.On(path, async context =>
            {
                _arrived.Writer.TryWrite(true);
                await _open.Task;
                context.Response.StatusCode = 200;
            });
            return target.Url(path);
        }

        public async Task ArrivedAsync(int count)
        {
            for (var i = 0; i < count; i++)
                await _arrived.Reader.ReadAsync();
        }

        public void Open() => _open.SetResult();
    }
}
