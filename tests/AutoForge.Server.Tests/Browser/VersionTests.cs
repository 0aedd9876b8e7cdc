using System.Text;
using System.Text.Json.Nodes;
using AutoForge.Testing.Running;
using Microsoft.Playwright;

namespace AutoForge.Server.Tests.Browser;

/// <summary>Versions and files, by the designer's own menus.</summary>
[Collection(BrowserJourneys.Name)]
public sealed class VersionTests(BrowserFixture fixture)
{
    [Fact]
    public async Task History_RollsBack_TheOldDrawingIsANewDraft()
    {
        await using var visitor = await fixture.NewVisitorAsync();
        var page = visitor.Page;
        await visitor.SignUpAsync();
        var id = (await visitor.FetchAsync("POST", "/api/v1/workflows", Note("one"))).GetProperty("definitionId").GetString();
        await visitor.FetchAsync("POST", $"/api/v1/workflows/{id}/publish");
        await visitor.FetchAsync("PUT", $"/api/v1/workflows/{id}", Note("two"));
        await visitor.GoAsync($"/workflows/definitions/{id}/edit");
        await new Designer(visitor).ReadyAsync();

        await visitor.ClickAsync(page.GetByRole(AriaRole.Tab, new() { Name = "Version history" }));
        var first = page.Locator("tbody tr:visible").Filter(new() { Has = page.Locator("td:text-is('1')") });
        await visitor.ClickAsync(first.Locator(".mud-menu button"));
        var reverted = page.WaitForResponseAsync(response => response.Url.EndsWith("/revert/1", StringComparison.Ordinal));
        await visitor.ClickAsync(page.GetByText("Rollback to this version"));
        await ConfirmAsync(page, reverted);

        var latest = await visitor.FetchAsync("GET", $"/api/v1/workflows/{id}");
        Assert.Contains("one", latest.GetProperty("root").GetRawText(), StringComparison.Ordinal);
        Assert.Equal((1, false), (latest.GetProperty("publishedVersion").GetInt32(), latest.GetProperty("isPublished").GetBoolean()));
        visitor.AssertNoTrouble();
    }

    [Fact]
    public async Task Import_OfAnElsaFile_IsListedAndOpens()
    {
        await using var visitor = await fixture.NewVisitorAsync();
        var page = visitor.Page;
        await visitor.SignUpAsync();
        var file = Note("hello");
        file["$schema"] = "https://elsaworkflows.io/schemas/workflow-definition/v3.0.0/schema.json";
        file["name"] = "From elsewhere";
        await visitor.GoAsync("/workflows/definitions");

        await page.Locator("elsa-workflow-definition-list input[type=file]").SetInputFilesAsync(new FilePayload
        {
            Name = "elsewhere.json",
            MimeType = "application/json",
            Buffer = Encoding.UTF8.GetBytes(file.ToJsonString()),
        });
        await visitor.ClickAsync(page.Locator("tbody tr").Filter(new() { HasText = "From elsewhere" }));

        var designer = await new Designer(visitor).ReadyAsync();
        await Assertions.Expect(designer.Steps).ToHaveCountAsync(1);
        visitor.AssertNoTrouble();
    }

    // Studio asks before it rolls back a draft.
    private static async Task ConfirmAsync(IPage page, Task<IResponse> done)
    {
        var yes = page.Locator(".mud-dialog button").Filter(new() { HasTextRegex = new("^(ok|yes|rollback)", System.Text.RegularExpressions.RegexOptions.IgnoreCase) });
        var first = await Task.WhenAny(done, yes.First.WaitForAsync());
        if (first != done)
            await yes.First.ClickAsync();
        Assert.True((await done).Ok);
    }

    private static JsonObject Note(string text) => Draw.Chain("Note", Draw.Activity("note", "Elsa.WriteLine", ("text", Draw.Literal(text))));
}
