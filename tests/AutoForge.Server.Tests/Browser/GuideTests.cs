using System.Text.Json.Nodes;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;

namespace AutoForge.Server.Tests.Browser;

/// <summary>Every picture of the guide can be taken; <c>AUTOFORGE_WRITE_DOCS=1</c> puts new ones into <c>docs/guide</c>.</summary>
[Collection(BrowserJourneys.Name)]
public sealed class GuideTests(BrowserFixture fixture)
{
    private static readonly bool Writes = Environment.GetEnvironmentVariable("AUTOFORGE_WRITE_DOCS") == "1";

    /// <summary>Each size and each scheme once; every combination when the pictures are written.</summary>
    public static TheoryData<int, int, ColorScheme> Views
    {
        get
        {
            var views = new TheoryData<int, int, ColorScheme> { { 1440, 900, ColorScheme.Light }, { 360, 780, ColorScheme.Dark } };
            if (Writes)
            {
                views.Add(1440, 900, ColorScheme.Dark);
                views.Add(360, 780, ColorScheme.Light);
            }
            return views;
        }
    }

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Guide_EachPage_IsShown(int width, int height, ColorScheme scheme)
    {
        await using var visitor = await fixture.NewVisitorAsync(width, height, scheme);
        var page = visitor.Page;
        var suffix = $"{width}-{scheme.ToString().ToLowerInvariant()}";
        fixture.Target.On("/stock/7", context => context.Response.WriteAsJsonAsync(new { shelf = "B7" }));
        fixture.Target.On("/away", context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });

        await visitor.GoAsync("/sign-up");
        await ShootAsync(page, "sign-up", suffix);
        await visitor.SignUpAsync();
        await ShootAsync(page, "dashboard", suffix);

        var workflow = Draw.Chain("Order desk",
            Place(Draw.Webhook("hook"), 0),
            Place(Draw.Activity("stock", "AutoForge.HttpRequest", ("url", Draw.Template(fixture.Target.Url("/stock/{{ trigger.body.article }}")))), 1),
            Place(Draw.Activity("note", "Elsa.WriteLine", ("text", Draw.Template("Shelf {{ steps.stock.body.shelf }} for {{ trigger.body.name }}"))), 2));
        var id = (await visitor.FetchAsync("POST", "/api/v1/workflows", workflow)).GetProperty("definitionId").GetString();
        await visitor.FetchAsync("POST", $"/api/v1/workflows/{id}/publish");
        var good = (await visitor.FetchAsync("POST", $"/api/v1/workflows/{id}/test-event", new { body = new { article = 7, name = "Ada" } })).GetProperty("runId").GetString();
        var broken = Draw.Chain("Broken", Draw.Trigger("start", "AutoForge.Manual"), Draw.Activity("stock", "AutoForge.HttpRequest", ("url", Draw.Literal(fixture.Target.Url("/away")))));
        var brokenId = (await visitor.FetchAsync("POST", "/api/v1/workflows", broken)).GetProperty("definitionId").GetString();
        var bad = (await visitor.FetchAsync("POST", $"/api/v1/workflows/{brokenId}/run", new { latest = true })).GetProperty("runId").GetString();

        await visitor.GoAsync($"/workflows/definitions/{id}/edit");
        await Assertions.Expect(page.Locator("elsa-activity-wrapper .activity-label")).ToHaveCountAsync(3);
        await ShootAsync(page, "designer", suffix);
        await page.GetByRole(AriaRole.Button, new() { Name = "Address, tests and runs" }).ClickAsync();
        await ShootAsync(page, "panel", suffix);
        await visitor.GoAsync($"/workflows/{id}/steps");
        await ShootAsync(page, "steps", suffix);
        await visitor.GoAsync($"/workflows/instances/{good}/view");
        await Assertions.Expect(page.Locator(".af-money")).ToContainTextAsync("Charged $0.05");
        await Assertions.Expect(page.Locator("elsa-activity-wrapper .activity-label")).ToHaveCountAsync(3);
        await ShootAsync(page, "run", suffix);
        await visitor.GoAsync($"/workflows/instances/{bad}/view");
        await Assertions.Expect(page.Locator(".af-money")).ToContainTextAsync("$0.00");
        await Assertions.Expect(page.Locator("elsa-activity-wrapper .activity-label")).ToHaveCountAsync(2);
        await ShootAsync(page, "failed-run", suffix);
        await visitor.GoAsync($"/runs/{good}/receipt");
        await ShootAsync(page, "receipt", suffix);
        await visitor.GoAsync("/runs");
        await ShootAsync(page, "runs", suffix);
        await visitor.GoAsync("/connections/new/smtp");
        await ShootAsync(page, "connection", suffix);
        visitor.AssertNoTrouble();
    }

    private static async Task ShootAsync(IPage page, string name, string suffix)
    {
        var picture = await page.ScreenshotAsync();
        Assert.NotEmpty(picture);
        if (Writes)
            await File.WriteAllBytesAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(RepositoryRoot.Find(), "docs", "guide")).FullName, $"{name}-{suffix}.png"), picture);
    }

    private static JsonObject Place(JsonObject activity, int column)
    {
        activity["metadata"] = new JsonObject
        {
            ["designer"] = new JsonObject { ["position"] = new JsonObject { ["x"] = column * 260, ["y"] = 0 } },
        };
        return activity;
    }
}
