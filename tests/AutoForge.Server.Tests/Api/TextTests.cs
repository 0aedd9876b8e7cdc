using System.Net;
using System.Text;

namespace AutoForge.Server.Tests.Api;

/// <summary>JSON may spell what is no text. It is refused at the door and not in the middle of a run.</summary>
public sealed class TextTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/v1/workflows", """{"name": "half \ud800", "root": {"type": "Elsa.Flowchart"}}""")]
    [InlineData("/api/v1/workflows", """{"name": "n", "root": {"type": "Elsa.Flowchart", "deep": [{"\udc00": 1}]}}""")]
    [InlineData("/api/v1/workflows/any/run", """{"input": {"text": "\ud83d"}}""")]
    [InlineData("/api/v1/workflows/any/run", """{"correlationId": "\ud83d"}""")]
    [InlineData("/api/v1/connections", """{"name": "n", "type": "smtp", "settings": {"host": "\ud83d"}}""")]
    [InlineData("/api/user/api-keys", """{"name": "\ud83d"}""")]
    public async Task Body_WithHalfACharacter_IsInvalidJson(string path, string json)
    {
        var caller = await server.NewCallerAsync();
        using var body = new StringContent(json, Encoding.UTF8, "application/json");

        using var response = await caller.Client.PostAsync(path, body, Cancelled);

        await response.ProblemAsync(HttpStatusCode.BadRequest, "invalid_json");
    }

    [Theory]
    [InlineData("{", "application/json", HttpStatusCode.BadRequest, "invalid_json")]
    [InlineData("""{"input": 1}""", "application/json", HttpStatusCode.BadRequest, "invalid_json")]
    [InlineData("input=1", "application/x-www-form-urlencoded", HttpStatusCode.UnsupportedMediaType, "unsupported_media_type")]
    public async Task Run_BodyOfAnotherKind_IsTheCallersMistake(string text, string contentType, HttpStatusCode status, string code)
    {
        var caller = await server.NewCallerAsync();
        using var body = new StringContent(text, Encoding.UTF8, contentType);

        using var response = await caller.Client.PostAsync("/api/v1/workflows/any/run", body, Cancelled);

        await response.ProblemAsync(status, code);
    }

    [Theory]
    [InlineData("/api/v1/runs?q=%00")]
    [InlineData("/api/v1/runs?workflow=a%00")]
    [InlineData("/api/credits/ledger?type=%00")]
    public async Task Filter_WithAZeroCharacter_IsABadRequest(string path)
    {
        var caller = await server.NewCallerAsync();

        using var response = await caller.Client.GetAsync(path, Cancelled);

        await response.ProblemAsync(HttpStatusCode.BadRequest, "bad_request");
    }
}
