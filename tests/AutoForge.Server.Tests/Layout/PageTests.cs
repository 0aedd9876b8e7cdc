using System.Net;
using System.Text.RegularExpressions;
using AutoForge.Server.Accounts;
using AutoForge.Server.Layout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Http;

namespace AutoForge.Server.Tests.Layout;

/// <summary>What holds for every page of our own.</summary>
public sealed partial class PageTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/dashboard")]
    [InlineData("/runs")]
    [InlineData("/connections")]
    [InlineData("/connections/new/smtp")]
    [InlineData("/billing")]
    [InlineData("/billing/ledger")]
    [InlineData("/billing/plans")]
    [InlineData("/billing/statements/2026-01")]
    [InlineData("/usage")]
    [InlineData("/terms")]
    [InlineData("/status")]
    public async Task Page_OfTheAccount_AllowsOwnFilesOnlyAndIsNotStored(string path)
    {
        using var visitor = await PageClient.SignUpAsync(server.Address);

        using var response = await visitor.GetAsync(path);

        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("no-store", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        var html = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", html);
        Assert.DoesNotMatch(" style=\"| on[a-z]+=\"|<style|<script>", html);
    }

    [Fact]
    public async Task Page_OfTheDesigner_AllowsNoInlineScript()
    {
        using var visitor = await PageClient.SignUpAsync(server.Address);

        using var response = await visitor.GetAsync("/workflows/definitions");

        var scripts = response.Headers.GetValues("Content-Security-Policy").Single().Split("; ").Single(part => part.StartsWith("script-src", StringComparison.Ordinal));
        Assert.DoesNotContain("'unsafe-inline'", scripts, StringComparison.Ordinal);
        Assert.DoesNotContain("'unsafe-eval'", scripts, StringComparison.Ordinal);
        var html = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", html);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/dashboard")]
    [InlineData("/usage")]
    [InlineData("/workflows/definitions")]
    public async Task File_ThatAPageNames_IsThereAndKeptForEver(string page)
    {
        using var visitor = await PageClient.SignUpAsync(server.Address);
        using var stranger = new PageClient(server.Address);
        var html = await (page == "/" ? stranger : visitor).TextAsync(page);

        foreach (var file in Files().Matches(html).Select(match => match.Groups[1].Value).Distinct())
        {
            using var response = await stranger.GetAsync(file);
            Assert.True(response.StatusCode == HttpStatusCode.OK, file);
            Assert.Contains("immutable", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task NotFound_ForAReader_IsAPageAndForAProgramAProblem()
    {
        using var reader = new PageClient(server.Address);
        using var program = server.NewClient();

        using var page = await reader.GetAsync("/nothing");
        using var problem = await program.GetAsync("/nothing", Cancelled);
        using var api = await reader.GetAsync("/api/nothing");

        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (page.StatusCode, page.Content.Headers.ContentType!.MediaType));
        await problem.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        await api.ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData("/fails-before")]
    [InlineData("/fails-within")]
    public async Task Failure_ForAReader_IsAPageWithoutItsReason(string path)
    {
        var node = await server.StartNodeAsync(app =>
        {
            app.MapGet("/fails-before", IResult () => throw new InvalidOperationException("canary")).ForAnyone();
            app.MapGet("/fails-within", IResult () => new HtmlPage<Failing>()).ForAnyone();
        });
        using var reader = new PageClient(node.Address);

        using var response = await reader.GetAsync(path);

        Assert.Equal((HttpStatusCode.InternalServerError, "text/html"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var html = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.Contains("The server failed", html, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", html, StringComparison.Ordinal);
    }

    [GeneratedRegex("<(?:script|link)[^>]* (?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Files();

    private sealed class Failing : ComponentBase
    {
        protected override void BuildRenderTree(RenderTreeBuilder builder) => throw new InvalidOperationException("canary");
    }
}
