using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using AutoForge.Testing;
using Microsoft.AspNetCore.Builder;

namespace AutoForge.Server.Tests.Api;

public sealed class ProblemTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{")]
    [InlineData("""{"email": 5, "password": "x"}""")]
    [InlineData("""{"email": "a@example.com", "password": "x", "password": "y"}""")]
    [InlineData("""{"email": "a@example.com", "Email": "b@example.com", "password": "x"}""")]
    [InlineData("""{"email": "a@example.com", "password": "x"} trailing""")]
    public async Task Body_NotAcceptable_IsInvalidJson(string body)
    {
        using var client = server.NewClient();

        using var response = await client.PostAsync("/api/auth/login", Json(body), Cancelled);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "invalid_json");
        Assert.DoesNotContain("AutoForge", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    public async Task Body_Missing_IsABadRequest(string body)
    {
        using var client = server.NewClient();

        using var response = await client.PostAsync("/api/auth/login", Json(body), Cancelled);

        await response.ProblemAsync(HttpStatusCode.BadRequest, "bad_request");
    }

    [Theory]
    [InlineData(32, HttpStatusCode.Unauthorized)]
    [InlineData(33, HttpStatusCode.BadRequest)]
    public async Task Body_Nested_IsReadTo32Levels(int depth, HttpStatusCode status)
    {
        using var client = server.NewClient();
        var nested = new string('[', depth - 1) + new string(']', depth - 1);

        using var response = await client.PostAsync("/api/auth/login", Json($$"""{"email": "a@example.com", "password": "x", "more": {{nested}}}"""), Cancelled);

        Assert.Equal(status, response.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_OverOneMebibyte_IsTooLarge(bool chunked)
    {
        using var client = server.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/login") { Content = Json($$"""{"email": "{{new string('x', 1024 * 1024)}}"}""") };
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.ExpectContinue = true;

        using var response = await client.SendAsync(request, Cancelled);

        await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "payload_too_large");
    }

    [Fact]
    public async Task Body_OfAnotherType_IsUnsupported()
    {
        using var client = server.NewClient();

        using var response = await client.PostAsync("/api/auth/login", new StringContent("{}", Encoding.UTF8, "text/plain"), Cancelled);

        await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
    }

    [Fact]
    public async Task Method_NotOffered_IsNamedWithThoseThatAre()
    {
        using var client = server.NewClient();

        using var response = await client.GetAsync("/api/auth/login", Cancelled);

        await response.ProblemAsync(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("/api/nothing")]
    [InlineData("/api/user/api-keys/not-an-id")]
    [InlineData("/nothing")]
    public async Task Route_Unknown_IsNotFound(string path)
    {
        using var client = server.NewClient();

        using var response = await client.DeleteAsync(path, Cancelled);

        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task Token_Garbage_IsUnauthenticated()
    {
        using var client = server.NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "garbage");

        using var response = await client.GetAsync("/api/auth/me", Cancelled);

        await response.ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
    }

    [Fact]
    public async Task Exception_Unknown_SaysNothingButATraceId()
    {
        var node = await server.StartNodeAsync(
            app => app.MapGet("/api/broken", string () => throw new InvalidOperationException("canary")).ForAnyone(), "Logging:LogLevel:Default=None");
        using var client = server.NewClient(node.Address);

        using var response = await client.GetAsync("/api/broken", Cancelled);

        var problem = await response.ProblemAsync(HttpStatusCode.InternalServerError, "internal_error");
        Assert.DoesNotContain("canary", problem.GetRawText(), StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f]{32}$", problem.GetProperty("traceId").GetString());
    }

    [Fact]
    public async Task Exception_WithACodeThatIsNotListed_IsTheCallersMistake()
    {
        var node = await server.StartNodeAsync(
            app => app.MapGet("/api/odd", string () => throw new AutoForgeException("odd_code", "Even it out.")).ForAnyone());
        using var client = server.NewClient(node.Address);

        using var response = await client.GetAsync("/api/odd", Cancelled);

        var problem = await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "odd_code");
        Assert.Equal("Even it out.", problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData(400, "bad_request")]
    [InlineData(401, "unauthenticated")]
    [InlineData(403, "forbidden")]
    [InlineData(404, "not_found")]
    [InlineData(405, "method_not_allowed")]
    [InlineData(413, "payload_too_large")]
    [InlineData(415, "unsupported_media_type")]
    [InlineData(418, "bad_request")]
    [InlineData(500, "internal_error")]
    [InlineData(599, "internal_error")]
    public void ForStatus_OfABareAnswer_IsTheGeneralKind(int status, string code)
    {
        var kind = ProblemCatalogue.ForStatus(status);

        Assert.Equal((status, code), (kind.Status, kind.Code));
    }

    /// <summary>With <c>AUTOFORGE_WRITE_DOCS</c> set, writes the table instead.</summary>
    [Fact]
    public async Task Documentation_OfProblems_IsTheCatalogue()
    {
        var file = Path.Combine(RepositoryRoot.Find(), "docs", "problems.md");
        var text = await File.ReadAllTextAsync(file, Cancelled);
        var expected = text[..text.IndexOf("| code |", StringComparison.Ordinal)] + ProblemCatalogue.ToMarkdown();

        if (Environment.GetEnvironmentVariable("AUTOFORGE_WRITE_DOCS") is not null)
            await File.WriteAllTextAsync(file, expected, Cancelled);
        else
            Assert.Equal(expected, text);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
