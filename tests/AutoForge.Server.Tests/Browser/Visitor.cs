using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Playwright;

namespace AutoForge.Server.Tests.Browser;

/// <summary>Somebody with a browser. What goes wrong in it, and where it calls, is written down.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly Uri _home;
    private readonly ConcurrentQueue<string> _trouble = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    public Visitor(IBrowserContext context, IPage page, Uri home)
    {
        _context = context;
        _home = home;
        Page = page;
        context.SetDefaultTimeout(30_000);
        Watch(page);
        context.Page += (_, opened) => Watch(opened);
    }

    public IPage Page { get; }

    /// <summary>Clicks and drags so far.</summary>
    public int Clicks { get; private set; }

    public TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>Another tab of the same person.</summary>
    public async Task<IPage> NewTabAsync() => await _context.NewPageAsync();

    public Task GoAsync(string path) => Page.GotoAsync(path);

    public async Task ClickAsync(ILocator target)
    {
        Clicks++;
        await target.ClickAsync();
    }

    public Task ClickAsync(string button) => ClickAsync(Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }));

    /// <summary>Presses the mouse here, moves it there in steps as a hand does, and lets go.</summary>
    public async Task DragAsync(ILocator from, float toX, float toY)
    {
        Clicks++;
        var box = await from.BoundingBoxAsync() ?? throw new InvalidOperationException("What is to be dragged is not visible.");
        await Page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await Page.Mouse.DownAsync();
        await Page.Mouse.MoveAsync(toX, toY, new() { Steps = 12 });
        await Page.Mouse.UpAsync();
    }

    /// <summary>The journey had no error in the console, no failed page and no call to another origin.</summary>
    public void AssertNoTrouble() => Assert.Empty(_trouble);

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void Watch(IPage page)
    {
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                _trouble.Enqueue($"console on {page.Url}: {message.Text}");
        };
        page.PageError += (_, error) => _trouble.Enqueue($"error on {page.Url}: {error}");
        page.Request += (_, request) =>
        {
            var url = new Uri(request.Url);
            if ((url.Scheme is "http" or "https" or "ws" or "wss") && url.Authority != _home.Authority)
                _trouble.Enqueue($"call to another origin from {page.Url}: {request.Url}");
        };
    }
}
