using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AutoForge.Testing;
using Microsoft.AspNetCore.Builder;

namespace AutoForge.Server.Tests;

/// <summary>The real server on a real port and a database of its own: <c>IClassFixture&lt;TestServer&gt;</c>.</summary>
public sealed class TestServer : IAsyncLifetime
{
    public const string Password = "correct donkey battery";

    private readonly ServerDatabase database = new();
    private readonly List<WebApplication> nodes = [];

    /// <summary>The first node's address.</summary>
    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => nodes[0].Services;

    internal TestDatabase Database => database;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        Address = await StartNodeAsync();
    }

    /// <summary>Starts a node on the same database.</summary>
    /// <param name="settings">As on the command line, such as <c>AutoForge:PublicUrl=https://flows.example.com</c>.</param>
    public Task<Uri> StartNodeAsync(params string[] settings) => StartNodeAsync(app => { }, settings);

    /// <inheritdoc cref="StartNodeAsync(string[])"/>
    public async Task<Uri> StartNodeAsync(Action<WebApplication> configure, params string[] settings)
    {
        var builder = WebApplication.CreateBuilder(
        [
            "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning", "--AutoForge:RateLimits:Enabled=false",
            $"--AutoForge:Database={database.ConnectionString}", .. settings.Select(setting => "--" + setting),
        ]);
        builder.AddAutoForgeServer();
        var app = builder.Build();
        lock (nodes)
            nodes.Add(app);
        await app.OpenDatabaseAsync();
        app.MapAutoForge();
        configure(app);
        await app.StartAsync();
        return new Uri(app.Urls.First());
    }

    /// <summary>A caller that keeps no cookies and follows no redirects.</summary>
    public HttpClient NewClient(Uri? node = null) =>
        new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = node ?? Address };

    /// <summary>Registers somebody and signs them in; the client carries the access token.</summary>
    internal async Task<Caller> NewCallerAsync()
    {
        var client = NewClient();
        var email = $"{Ids.NewText()}@example.com";
        using var registered = await client.PostAsJsonAsync("/api/auth/register", new { email, password = Password });
        registered.EnsureSuccessStatusCode();
        var accountId = (await registered.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accountId").GetGuid();

        using var signedIn = await client.PostAsJsonAsync("/api/auth/login", new { email, password = Password });
        signedIn.EnsureSuccessStatusCode();
        var tokens = await signedIn.Content.ReadFromJsonAsync<JsonElement>();
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.GetProperty("accessToken").GetString());
        return new Caller(client, email, accountId, tokens.GetProperty("refreshToken").GetString()!, cookie);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
            await node.DisposeAsync();
        await database.DisposeAsync();
    }

    private sealed class ServerDatabase() : TestDatabase(typeof(AutoForgeServer).Assembly);
}

/// <summary>Somebody who is registered and signed in.</summary>
internal sealed record Caller(HttpClient Client, string Email, Guid AccountId, string RefreshToken, string SetCookie)
{
    /// <summary>What a browser would send back.</summary>
    public string Cookie => SetCookie.Split(';')[0];
}
