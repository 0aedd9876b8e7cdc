using AutoForge.Server.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoForge.Server.Tests;

/// <summary>The server as Program makes it, in this process, on a free port of the loopback address, with rate limits off.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly StorageOpening _storage;

    private TestNode(WebApplication app, StorageOpening storage)
    {
        App = app;
        _storage = storage;
    }

    public WebApplication App { get; }

    public Uri Address => new(App.Urls.First());

    /// <param name="connectionString">Of a database that may be empty.</param>
    /// <param name="settings">As on the command line, such as <c>AutoForge:PublicUrl=https://flows.example.com</c>.</param>
    public static Task<TestNode> StartAsync(string connectionString, params string[] settings) =>
        StartAsync(connectionString, services => { }, app => { }, settings);

    /// <inheritdoc cref="StartAsync(string, string[])"/>
    /// <param name="replace">Adds services after the server's own.</param>
    /// <param name="map">Adds routes after the server's own.</param>
    public static async Task<TestNode> StartAsync(
        string connectionString, Action<IServiceCollection> replace, Action<WebApplication> map, params string[] settings)
    {
        var builder = WebApplication.CreateBuilder(
        [
            "--urls=http://127.0.0.1:0", "--AutoForge:RateLimits:Enabled=false", $"--AutoForge:Database={connectionString}",
            "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Warning",
            .. settings.Select(setting => "--" + setting),
        ]);
        var storage = StorageOpening.Begin(builder, NullLoggerFactory.Instance);
        builder.AddAutoForgeServer(storage);
        // Nearly every test signs somebody up and in: two hashes, which are most of what that costs.
        builder.Services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1_000);
        replace(builder.Services);

        var node = new TestNode(builder.Build(), storage);
        node.App.MapAutoForge();
        map(node.App);
        await storage.Completion;
        await node.App.StartAsync();
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await _storage.DisposeAsync();
    }
}
