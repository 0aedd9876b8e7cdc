using Microsoft.Playwright;

namespace AutoForge.Server.Tests.Browser;

/// <summary>The list of steps does what the canvas does, without a mouse.</summary>
[Collection(BrowserJourneys.Name)]
public sealed class StepListTests(BrowserFixture fixture)
{
    private const int MostTabs = 120;

    [Fact]
    public async Task Keyboard_BuildsEditsOrdersConnectsAndDeletes()
    {
        await using var visitor = await fixture.NewVisitorAsync(360, 780);
        var page = visitor.Page;
        await visitor.SignUpAsync();
        await visitor.GoAsync("/workflows/new");
        await Assertions.Expect(page.GetByLabel("Name", new() { Exact = true })).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("Notes");
        await PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Build it as a list of steps" }));

        await page.ArriveAsync("/steps$");
        await AddAsync(page, "Add a step", "Start by hand");
        await AddAsync(page, "Add a step after Start by hand", "Write to the log");
        await AddAsync(page, "Add a step after Write to the log", "Write to the log");
        await Assertions.Expect(page.Locator(".sl-name h2")).ToHaveTextAsync(["Start by hand", "Write to the log", "Write to the log 2"]);

        // The form of a new step is open.
        await EditAsync(page, "Write to the log 2", "Text", "second");
        await EditAsync(page, "Write to the log", "Text", "first {{ trigger.input.name }}");
        await PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Move Write to the log 2 up" }));
        await Assertions.Expect(page.Locator(".sl-name h2")).ToHaveTextAsync(["Start by hand", "Write to the log 2", "Write to the log"]);
        await PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Disconnect Write to the log 2 from Write to the log" }));
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Disconnect Write to the log 2 from Write to the log" })).ToHaveCountAsync(0);
        await ConnectAsync(page, "Write to the log 2", "Write to the log");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Disconnect Write to the log 2 from Write to the log" })).ToHaveCountAsync(1);

        await PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Run · $0.05" }));
        await PressAsync(page, page.GetByRole(AriaRole.Link, new() { Name = "Watch the run" }));
        await Assertions.Expect(page.Locator(".af-money")).ToContainTextAsync("Charged $0.05");
        await page.GoBackAsync();
        await PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Delete Write to the log 2" }));
        await Assertions.Expect(page.Locator(".sl-name h2")).ToHaveTextAsync(["Start by hand", "Write to the log"]);
        Assert.Equal(0, visitor.Clicks - 1);
        visitor.AssertNoTrouble();
    }

    private static async Task AddAsync(IPage page, string summary, string activity)
    {
        var add = page.Locator("details.sl-add").Filter(new() { Has = page.Locator($"summary:text-is('{summary}')") });
        if (!await add.Locator("select").First.IsVisibleAsync())
            await PressAsync(page, add.Locator("summary"));
        await FocusAsync(page, add.Locator("select").First);
        await page.Keyboard.TypeAsync(activity);
        await PressAsync(page, add.GetByRole(AriaRole.Button, new() { Name = "Add" }));
        await page.ArriveAsync(@"/steps\?step=");
    }

    private static async Task EditAsync(IPage page, string step, string label, string text)
    {
        var card = Card(page, step);
        var form = card.Locator("details").Filter(new() { Has = page.Locator($"summary:text-is('Edit {step}')") });
        if (!await form.GetByLabel(label, new() { Exact = true }).IsVisibleAsync())
            await PressAsync(page, form.Locator("summary"));
        await FocusAsync(page, form.GetByLabel(label, new() { Exact = true }));
        await page.Keyboard.TypeAsync(text);
        await PressAsync(page, form.GetByRole(AriaRole.Button, new() { Name = "Save" }));
        await Assertions.Expect(Card(page, step).GetByLabel(label, new() { Exact = true })).ToHaveValueAsync(text);
    }

    private static async Task ConnectAsync(IPage page, string from, string to)
    {
        var form = Card(page, from).Locator("details").Filter(new() { Has = page.Locator($"summary:text-is('Connect {from} to another step')") });
        await PressAsync(page, form.Locator("summary"));
        await FocusAsync(page, form.GetByLabel("Go to"));
        await page.Keyboard.TypeAsync(to);
        await PressAsync(page, form.GetByRole(AriaRole.Button, new() { Name = "Connect" }));
    }

    private static ILocator Card(IPage page, string step) =>
        page.Locator("section.sl-card").Filter(new() { Has = page.Locator($"h2:text-is('{step}')") });

    private static async Task PressAsync(IPage page, ILocator target)
    {
        await FocusAsync(page, target);
        await page.Keyboard.PressAsync("Enter");
    }

    // Tab is all that somebody without a mouse has.
    private static async Task FocusAsync(IPage page, ILocator target)
    {
        await target.WaitForAsync();
        for (var tabs = 0; tabs < MostTabs; tabs++)
        {
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement"))
                return;
            await page.Keyboard.PressAsync("Tab");
        }
        Assert.Fail($"{target} cannot be reached with the Tab key.");
    }
}
