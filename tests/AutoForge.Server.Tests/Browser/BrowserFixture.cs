using AutoForge.Server.Tests.EndToEnd;
using AutoForge.Testing.Servers;
using Microsoft.Playwright;

namespace AutoForge.Server.Tests.Browser;

/// <summary>The real server, a mail server, a web server that it may call, and Chromium. One journey at a time: a designer needs both cores.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private readonly ServerFixture _server = new();
    private IPlaywright _playwright = null!;
    private IBrowser _chromium = null!;

    public Uri Address => _server.Server.Address;

    public HttpTarget Target => _server.Target;

    public MailServer Mail { get; private set; } = null!;

    internal ServerFixture Server => _server;

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        Mail = await MailServer.StartAsync();
        _playwright = await Playwright.CreateAsync();
        // Starting Studio takes seconds on a busy machine.
        Assertions.SetDefaultExpectTimeout(60_000);
        _chromium = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            // Only our own pages are opened, and its sandbox does not start as root or without user namespaces.
            Args = ["--no-sandbox"],
        });
    }

    /// <summary>Somebody with a browser of their own.</summary>
    internal async Task<Visitor> NewVisitorAsync(int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        var context = await _chromium.NewContextAsync(new()
        {
            BaseURL = Address.ToString(),
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            Locale = "en-US",
            TimezoneId = "Europe/Berlin",
        });
        return new Visitor(context, await context.NewPageAsync(), Address);
    }

    public async ValueTask DisposeAsync()
    {
        await _chromium.DisposeAsync();
        _playwright.Dispose();
        await Mail.DisposeAsync();
        await _server.DisposeAsync();
    }
}

/// <summary>All journeys share one server and one browser, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserJourneys : ICollectionFixture<BrowserFixture>
{
    public const string Name = "Browser";
}
