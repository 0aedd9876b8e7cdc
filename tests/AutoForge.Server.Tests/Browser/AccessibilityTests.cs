using AutoForge.Testing.Running;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace AutoForge.Server.Tests.Browser;

/// <summary>axe finds nothing serious on our own pages, light and dark, and none of them is wider than a phone.</summary>
[Collection(BrowserJourneys.Name)]
public sealed class AccessibilityTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task OurPages_AreAccessibleAndFit(int width, ColorScheme scheme)
    {
        await using var visitor = await fixture.NewVisitorAsync(width, 800, scheme);
        var found = new List<string>();
        foreach (var path in new[] { "/", "/sign-up", "/sign-in", "/forgot-password", "/reset-password", "/confirm-email", "/terms", "/privacy", "/status" })
            await CheckAsync(visitor, path, width, found);

        await visitor.SignUpAsync();
        var workflow = Draw.Chain("Looked at", Draw.Webhook("hook"),
            Draw.Activity("request", "AutoForge.HttpRequest", ("url", Draw.Template("http://127.0.0.1:1/{{ trigger.body.id }}"))), Draw.Activity("note", "Elsa.WriteLine"));
        var id = (await visitor.FetchAsync("POST", "/api/v1/workflows", workflow)).GetProperty("definitionId").GetString();
        var good = Draw.Chain("Good", Draw.Trigger("start", "AutoForge.Manual"), Draw.Activity("note", "Elsa.WriteLine", ("text", Draw.Literal("hello"))));
        var goodId = (await visitor.FetchAsync("POST", "/api/v1/workflows", good)).GetProperty("definitionId").GetString();
        var run = (await visitor.FetchAsync("POST", $"/api/v1/workflows/{goodId}/run", new { latest = true })).GetProperty("runId").GetString();
        await visitor.GoAsync($"/runs/{run}");
        await Assertions.Expect(visitor.Page.Locator(".af-money")).ToContainTextAsync("Charged $0.05");

        foreach (var path in new[]
        {
            "/dashboard", "/usage", "/workflows/new", $"/workflows/{id}/steps?step=request", "/runs", $"/runs/{run}", $"/runs/{run}/receipt",
            "/connections", "/connections/new/smtp", "/billing", "/billing?paid=cs_none", "/billing/ledger", "/billing/statements/2026-01", "/billing/plans",
        })
            await CheckAsync(visitor, path, width, found);

        foreach (var path in new[] { "profile", "security", "two-factor", "sessions", "api-keys", "alerts", "audit", "data" })
            await CheckAsync(visitor, $"/settings/{path}", width, found);

        Assert.True(found.Count == 0, string.Join('\n', found));
        visitor.AssertNoTrouble();
    }

    private static async Task CheckAsync(Visitor visitor, string path, int width, List<string> found)
    {
        await visitor.GoAsync(path);
        var axe = await visitor.Page.RunAxe();
        found.AddRange(axe.Violations
            .Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{path}: {violation.Id} at {string.Join(", ", violation.Nodes.Select(node => node.Html))}"));
        var needed = await visitor.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
        if (needed > width)
            found.Add($"{path}: needs {needed} pixels of {width}");
    }
}
