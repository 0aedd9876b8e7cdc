using AutoForge.Testing.Running;
using Microsoft.Playwright;

namespace AutoForge.Server.Tests.Browser;

/// <summary>The panel about a workflow follows what happens without taking anything from its reader.</summary>
[Collection(BrowserJourneys.Name)]
public sealed class PanelTests(BrowserFixture fixture)
{
    [Fact]
    public async Task Refresh_WhileACallIsUnderWay_KeepsAnswerFocusAndText()
    {
        await using var visitor = await fixture.NewVisitorAsync();
        var page = visitor.Page;
        await visitor.SignUpAsync();
        var drawn = Draw.Chain("Note", Draw.Activity("note", "Elsa.WriteLine", ("text", Draw.Literal("hello"))));
        var id = (await visitor.FetchAsync("POST", "/api/v1/workflows", drawn)).GetProperty("definitionId").GetString();
        await visitor.GoAsync($"/workflows/{id}/steps");
        var asked = new TaskCompletionSource<IRoute>();
        await page.RouteAsync($"**/api/v1/workflows/{id}/run", route => asked.TrySetResult(route) ? Task.CompletedTask : route.ContinueAsync());

        await page.GetByLabel("Input (JSON)").FillAsync("""{"name": "Ada"}""");
        await visitor.ClickAsync("Run · $0.05");
        var held = await asked.Task;
        // Another run of the same account shows in the panel: it has been refreshed while the call is under way.
        await visitor.FetchAsync("POST", $"/api/v1/workflows/{id}/run", new { latest = true });
        await Assertions.Expect(page.Locator(".wf-events li")).ToHaveCountAsync(1);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Run · $0.05" })).ToBeFocusedAsync();
        await Assertions.Expect(page.GetByLabel("Input (JSON)")).ToHaveValueAsync("""{"name": "Ada"}""");
        await held.ContinueAsync();

        await Assertions.Expect(page.Locator("form .wf-answer")).ToContainTextAsync("Started. Watch the run");
        visitor.AssertNoTrouble();
    }
}
