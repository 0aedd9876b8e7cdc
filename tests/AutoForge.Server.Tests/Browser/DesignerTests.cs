using System.Text.Json.Nodes;
using AutoForge.Testing.Running;
using Microsoft.Playwright;

namespace AutoForge.Server.Tests.Browser;

/// <summary>What must not go wrong on the canvas, seen in the real Studio.</summary>
[Collection(BrowserJourneys.Name)]
public sealed class DesignerTests(BrowserFixture fixture)
{
    [Fact]
    public async Task Viewer_OfAFailedRun_TellsTheStepTheCauseAndThatItWasFree()
    {
        await using var visitor = await fixture.NewVisitorAsync();
        var page = visitor.Page;
        await visitor.SignUpAsync();
        fixture.Target.On("/broken", context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        var id = await CreateAsync(visitor, Draw.Chain("Broken", Draw.Trigger("start", "AutoForge.Manual"),
            Draw.Activity("shelf", "AutoForge.HttpRequest", ("url", Draw.Literal(fixture.Target.Url("/broken"))))));
        var run = (await visitor.FetchAsync("POST", $"/api/v1/workflows/{id}/run", new { latest = true })).GetProperty("runId").GetString();

        await visitor.GoAsync($"/workflows/instances/{run}/view");

        await Assertions.Expect(page.Locator(".af-money")).ToContainTextAsync("Failed at step shelf");
        await Assertions.Expect(page.Locator(".af-money")).ToContainTextAsync("$0.00");
        await Assertions.Expect(page.Locator("elsa-activity-wrapper")).ToHaveCountAsync(2);
        await visitor.ClickAsync(page.GetByRole(AriaRole.Tab, new() { Name = "Incidents" }).First);
        await Assertions.Expect(page.Locator("elsa-workflow-instance-viewer")).ToContainTextAsync("500");
        visitor.AssertNoTrouble();
    }

    /// <remarks>Studio trap 1: a canvas with an activity that it does not know is blank, and the next save loses everything.</remarks>
    [Fact]
    public async Task Editor_WithAnUnknownActivity_KeepsItThroughAnEdit()
    {
        await using var visitor = await fixture.NewVisitorAsync();
        await visitor.SignUpAsync();
        var unknown = Draw.Activity("theirs", "Acme.Invoice", ("amount", Draw.Literal("12")));
        unknown["secretSauce"] = new JsonObject { ["kept"] = true };
        var id = await CreateAsync(visitor, Draw.Chain("Foreign", Draw.Webhook("hook"), unknown));

        await visitor.GoAsync($"/workflows/definitions/{id}/edit");
        var designer = await new Designer(visitor).ReadyAsync();
        await Assertions.Expect(designer.Steps).ToHaveCountAsync(2);
        var saved = visitor.Page.WaitForResponseAsync(response => response.Request.Method == "POST" && response.Url.EndsWith("/workflow-definitions", StringComparison.Ordinal));
        await designer.DropAsync("Actions", "HTTP request", 520, 520);
        Assert.True((await saved).Ok);

        var activities = (await visitor.FetchAsync("GET", $"/api/v1/workflows/{id}")).GetProperty("root").GetProperty("activities").EnumerateArray().ToArray();
        Assert.Equal(3, activities.Length);
        var kept = Assert.Single(activities, activity => activity.GetProperty("id").GetString() == "theirs");
        Assert.Equal(("Acme.Invoice", true), (kept.GetProperty("type").GetString(), kept.GetProperty("secretSauce").GetProperty("kept").GetBoolean()));
        visitor.AssertNoTrouble();
    }

    /// <remarks>Studio trap 2: its saves carry no token, so the last writer would win.</remarks>
    [Fact]
    public async Task Editor_InTwoTabs_RefusesTheOneThatIsBehind()
    {
        await using var visitor = await fixture.NewVisitorAsync();
        await visitor.SignUpAsync();
        var id = await CreateAsync(visitor, Draw.Chain("Twice open", Draw.Webhook("hook"), Draw.Activity("note", "Elsa.WriteLine", ("text", Draw.Literal("one")))));
        await visitor.GoAsync($"/workflows/definitions/{id}/edit");
        var designer = await new Designer(visitor).ReadyAsync();
        await Assertions.Expect(designer.Steps).ToHaveCountAsync(2);

        // Another tab publishes, and begins a new version.
        await visitor.FetchAsync("POST", $"/api/v1/workflows/{id}/publish");
        await visitor.FetchAsync("PUT", $"/api/v1/workflows/{id}",
            Draw.Chain("Twice open", Draw.Webhook("hook"), Draw.Activity("note", "Elsa.WriteLine", ("text", Draw.Literal("two")))));
        await designer.DropAsync("Actions", "HTTP request", 520, 520);

        await Assertions.Expect(visitor.Page.Locator(".mud-snackbar")).ToBeVisibleAsync();
        var stored = await visitor.FetchAsync("GET", $"/api/v1/workflows/{id}");
        Assert.Equal(2, stored.GetProperty("version").GetInt32());
        Assert.Contains("two", stored.GetProperty("root").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(2, stored.GetProperty("root").GetProperty("activities").GetArrayLength());
    }

    [Fact]
    public async Task Phone_OpensTheDesigner_IsShownTheWayToTheList()
    {
        await using var visitor = await fixture.NewVisitorAsync(360, 780, ColorScheme.Dark);
        await visitor.SignUpAsync();
        var id = await CreateAsync(visitor, Draw.Chain("Small", Draw.Webhook("hook"), Draw.Activity("note", "Elsa.WriteLine", ("text", Draw.Literal("one")))));

        await visitor.GoAsync($"/workflows/definitions/{id}/edit");
        await Assertions.Expect(visitor.Page.Locator("elsa-activity-wrapper")).ToHaveCountAsync(2);
        await visitor.ClickAsync(visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Edit it as a list of steps" }));

        await Assertions.Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "hook", Exact = true }).First).ToBeVisibleAsync();
        visitor.AssertNoTrouble();
    }

    private static async Task<string> CreateAsync(Visitor visitor, JsonObject workflow) =>
        (await visitor.FetchAsync("POST", "/api/v1/workflows", workflow)).GetProperty("definitionId").GetString()!;
}
