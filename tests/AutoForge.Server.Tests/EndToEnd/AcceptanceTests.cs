using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.EndToEnd;

/// <summary>What a webhook address answers, and that its answers are true.</summary>
public sealed class AcceptanceTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Webhook_BalanceForTwenty_ExactlyTwentyOfFortyAreAccepted()
    {
        using var account = await fixture.Server.RegisterAsync();
        var url = await PublishHookAsync(account);
        using var callers = new ApiClient(fixture.Server.Address);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => callers.PostAsync(url, new JsonObject { ["i"] = i })));

        Assert.Equal(20, answers.Count(a => a.Status == HttpStatusCode.Accepted));
        Assert.Equal(20, answers.Count(a => a.Status == HttpStatusCode.PaymentRequired));
        foreach (var answer in answers.Where(a => a.Status == HttpStatusCode.Accepted))
            Assert.Equal("Succeeded", (await account.EndOfAsync(answer.Body!["runId"]!.GetValue<string>()))["status"]!.GetValue<string>());
        Assert.Equal(0, await account.AvailableAsync());
        Assert.Empty(await fixture.ViolationsAsync());
    }

    [Fact]
    public async Task Webhook_NoBalance_OnlyTheRefusalIsStored()
    {
        using var account = await fixture.Server.RegisterAsync();
        var url = await PublishHookAsync(account);
        using var caller = new ApiClient(fixture.Server.Address);
        for (var i = 0; i < 20; i++)
            (await caller.PostAsync(url, new JsonObject())).Expect(HttpStatusCode.Accepted);
        var entries = await fixture.ScalarAsync<long>("SELECT COUNT(*) FROM ledger_entries");
        var runs = await fixture.ScalarAsync<long>("SELECT COUNT(*) FROM runs");

        var refused = await caller.PostAsync(url, new JsonObject());

        Assert.Equal(HttpStatusCode.PaymentRequired, refused.Status);
        Assert.Equal("insufficient_balance", refused.Body!["code"]!.GetValue<string>());
        Assert.Equal(runs, await fixture.ScalarAsync<long>("SELECT COUNT(*) FROM runs"));
        Assert.True(await fixture.ScalarAsync<long>("SELECT COUNT(*) FROM refusals") >= 1);
        Assert.True(entries <= await fixture.ScalarAsync<long>("SELECT COUNT(*) FROM ledger_entries"));
    }

    [Fact]
    public async Task Webhook_SameKeyFiftyTimesAtOnce_OneRun()
    {
        using var account = await fixture.Server.RegisterAsync();
        var url = await PublishHookAsync(account);
        using var callers = new ApiClient(fixture.Server.Address);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = JsonContent.Create(new JsonObject()) };
            request.Headers.Add("Idempotency-Key", "order-1");
            return callers.SendAsync(request);
        }));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.Accepted, a.Status));
        var runId = Assert.Single(answers.Select(a => a.Body!["runId"]!.GetValue<string>()).Distinct());
        Assert.Equal(49, answers.Count(a => a.Headers.TryGetValues("Idempotent-Replayed", out var values) && values.Single() == "true"));
        await account.EndOfAsync(runId);
        Assert.Single(await account.LedgerAsync("?type=hold"));
        Assert.Equal(95, await account.AvailableAsync());
    }

    [Fact]
    public async Task Webhook_UnknownOffWrongMethodTooLargeOrMalformed_SaysSo()
    {
        using var account = await fixture.Server.RegisterAsync();
        var publication = await account.PublishAsync(Hook());
        var url = publication["triggers"]![0]!["url"]!.GetValue<string>();
        using var caller = new ApiClient(fixture.Server.Address);

        Assert.Equal(HttpStatusCode.NotFound, (await caller.PostAsync("/hooks/0123456789", new JsonObject())).Status);
        var wrongMethod = await caller.SendAsync(new HttpRequestMessage(HttpMethod.Put, url));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, wrongMethod.Status);
        var large = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(new byte[2 * 1024 * 1024]) };
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await caller.SendAsync(large)).Status);
        Assert.Equal("invalid_json", (await SendTextAsync(caller, url, "{\"a\":", "application/json")).Expect(HttpStatusCode.BadRequest)["code"]!.GetValue<string>());
        Assert.Equal("invalid_json", (await SendTextAsync(caller, url, "{\"a\":1,\"a\":2}", "application/json")).Expect(HttpStatusCode.BadRequest)["code"]!.GetValue<string>());

        (await account.PostAsync($"/api/v1/workflows/{publication["definitionId"]}/retract")).Expect(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Gone, (await caller.PostAsync(url, new JsonObject())).Status);
        Assert.Equal(100, await account.AvailableAsync());
    }

    [Theory]
    [InlineData("a=1&b=two+words&b=%C3%BC", "application/x-www-form-urlencoded", """{"a":"1","b":["two words","ü"]}""")]
    [InlineData("plain text", "text/plain", "\"plain text\"")]
    [InlineData("""{"n":12.50,"list":[1,2]}""", "application/json; charset=utf-8", """{"n":12.50,"list":[1,2]}""")]
    public async Task Webhook_BodyOfAnyKind_IsDataForTheWorkflow(string body, string contentType, string expected)
    {
        using var account = await fixture.Server.RegisterAsync();
        var url = await PublishHookAsync(account);
        using var caller = new ApiClient(fixture.Server.Address);

        var accepted = (await SendTextAsync(caller, url + "?source=shop", body, contentType)).Expect(HttpStatusCode.Accepted);
        var runId = accepted["runId"]!.GetValue<string>();
        await account.EndOfAsync(runId);

        var trigger = (await account.StepsAsync(runId))[0]!["output"]!;
        Assert.Equal(expected, trigger["body"]!.ToJsonString(Relaxed));
        Assert.Equal("shop", trigger["query"]!["source"]!.GetValue<string>());
        Assert.Equal("POST", trigger["method"]!.GetValue<string>());
    }

    [Fact]
    public async Task Webhook_SecretSet_OnlySignedCallsAreTaken()
    {
        using var account = await fixture.Server.RegisterAsync();
        var publication = await account.PublishAsync(Draw.Chain("Signed", Draw.Webhook("hook", ("secret", Draw.Literal("s3cret-of-the-shop")))));
        var url = publication["triggers"]![0]!["url"]!.GetValue<string>();
        using var caller = new ApiClient(fixture.Server.Address);

        Assert.Equal("bad_signature", (await caller.PostAsync(url, new JsonObject())).Expect(HttpStatusCode.Unauthorized)["code"]!.GetValue<string>());

        var body = Encoding.UTF8.GetBytes("""{"signed":true}""");
        var signed = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        signed.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var hash = System.Security.Cryptography.HMACSHA256.HashData(Encoding.UTF8.GetBytes("s3cret-of-the-shop"), body);
        signed.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(hash));
        Assert.Equal(HttpStatusCode.Accepted, (await caller.SendAsync(signed)).Status);
    }

    private static readonly System.Text.Json.JsonSerializerOptions Relaxed = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static JsonObject Hook() => Draw.Chain("Hook", Draw.Webhook());

    private static async Task<string> PublishHookAsync(ApiClient account) =>
        (await account.PublishAsync(Hook()))["triggers"]![0]!["url"]!.GetValue<string>();

    private static Task<ApiAnswer> SendTextAsync(ApiClient caller, string url, string body, string contentType)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return caller.SendAsync(new HttpRequestMessage(HttpMethod.Post, url) { Content = content });
    }
}
