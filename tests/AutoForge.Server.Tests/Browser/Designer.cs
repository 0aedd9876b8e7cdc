using Microsoft.Playwright;

namespace AutoForge.Server.Tests.Browser;

/// <summary>The real Studio's editor, used as a person uses it.</summary>
internal sealed class Designer(Visitor visitor)
{
    private IPage Page => visitor.Page;

    /// <summary>The workflow that is open.</summary>
    public string DefinitionId => new Uri(Page.Url).Segments[3].TrimEnd('/');

    public ILocator Steps => Page.Locator("elsa-activity-wrapper");

    public ILocator Connections => Page.Locator(".x6-edge");

    public async Task<Designer> ReadyAsync()
    {
        await Page.ArriveAsync("/workflows/definitions/[^/]+/edit$");
        await Page.Locator(".x6-graph-svg").WaitForAsync();
        await Page.Locator(".mud-expand-panel-header").First.WaitForAsync();
        return this;
    }

    public ILocator Step(string name) => Page.Locator(".x6-node").Filter(new() { HasText = name });

    /// <summary>Opens the toolbox's group if need be, and drags one of its activities onto the canvas.</summary>
    public async Task DropAsync(string group, string activity, float x, float y)
    {
        var panel = Page.Locator(".mud-expand-panel").Filter(new() { Has = Page.Locator(".mud-expand-panel-header", new() { HasText = group }) });
        var item = panel.Locator("[draggable=true]").Filter(new() { HasText = activity });
        if (!await item.IsVisibleAsync())
            await visitor.ClickAsync(panel.Locator(".mud-expand-panel-header"));
        // Open, and no longer moving.
        await panel.Locator(".mud-collapse-entered").WaitForAsync();
        var count = await Steps.CountAsync();
        await visitor.DragAsync(item, x, y);
        await Assertions.Expect(Steps).ToHaveCountAsync(count + 1);
    }

    public async Task ConnectAsync(string from, string port, string to)
    {
        var count = await Connections.CountAsync();
        var target = await Step(to).Locator(".x6-port-body[port='In']").BoundingBoxAsync() ?? throw new InvalidOperationException($"{to} has no way in.");
        await visitor.DragAsync(Step(from).Locator($".x6-port-body[port='{port}']"), target.X + (target.Width / 2), target.Y + (target.Height / 2));
        await Assertions.Expect(Connections).ToHaveCountAsync(count + 1);
    }

    public async Task SelectAsync(string name)
    {
        await visitor.ClickAsync(Step(name).Locator(".activity-label"));
        await Page.GetByRole(AriaRole.Tab, new() { Name = "Input", Exact = true }).First.WaitForAsync();
    }

    /// <summary>Types into a field of the selected step.</summary>
    public async Task FillAsync(string label, string text)
    {
        var field = Field(label).Locator("input:visible, textarea:visible").First;
        await visitor.ClickAsync(field);
        await field.FillAsync(text);
        await field.PressAsync("Tab");
    }

    public async Task ChooseAsync(string label, string option)
    {
        await visitor.ClickAsync(Field(label).Locator("input:visible, .mud-select-input:visible").First);
        await visitor.ClickAsync(Page.Locator(".mud-popover-open .mud-list-item").Filter(new() { HasText = option }).First);
    }

    /// <summary>What the server has of it now is what stands on the canvas.</summary>
    public Task SavedAsync() => Assertions.Expect(Page.Locator(".elsa-toolbar-icon .mud-theme-success")).ToBeVisibleAsync(new() { Timeout = 30_000 });

    public Task PublishAsync() => visitor.ClickAsync(Page.Locator(".mud-button-group-root button.mud-primary-text"));

    public Task RunAsync() => visitor.ClickAsync(Page.Locator(".mud-toolbar button.mud-success-text"));

    private ILocator Field(string label) =>
        Page.Locator(".mud-input-control").Filter(new() { Has = Page.Locator($"label:text-is('{label}')") }).First;
}
