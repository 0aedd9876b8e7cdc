using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
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
        context.SetDefaultTimeout(60_000);
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

    /// <summary>Presses the mouse, moves it as a hand does, a step in each frame, and lets go.</summary>
    public async Task DragAsync(ILocator from, float toX, float toY)
    {
        const int frames = 20;
        Clicks++;
        var box = await from.BoundingBoxAsync() ?? throw new InvalidOperationException("What is to be dragged is not visible.");
        var (x, y) = (box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await Page.Mouse.MoveAsync(x, y);
        await Page.Mouse.DownAsync();
        for (var frame = 1; frame <= frames; frame++)
        {
            await Page.Mouse.MoveAsync(x + ((toX - x) * frame / frames), y + ((toY - y) * frame / frames));
            await Page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => done()))");
        }
        await Page.Mouse.UpAsync();
    }

    /// <summary>Signs up with a new address.</summary>
    public async Task SignUpAsync()
    {
        await GoAsync("/sign-up");
        await Page.GetByLabel("E-mail address").FillAsync($"{Ids.NewText()}@example.com");
        await Page.GetByLabel("Password").FillAsync("correct horse battery staple");
        await ClickAsync("Create the account");
        await Page.ArriveAsync("/dashboard$");
    }

    /// <summary>Calls the API with the browser's session.</summary>
    public async Task<JsonElement> FetchAsync(string method, string path, object? body = null) =>
        await Page.EvaluateAsync<JsonElement>(
            """
            async ([method, path, body]) => {
              const response = await fetch(path, { method, headers: { 'Content-Type': 'application/json' }, body: body ?? undefined });
              const text = await response.text();
              if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
              return text === '' ? {} : JSON.parse(text);
            }
            """, new[] { method, path, body is null ? null : JsonSerializer.Serialize(body) });

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
