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

    private readonly ServerDatabase _database = new();
    private readonly List<TestNode> _nodes = [];

    /// <summary>The first node's address.</summary>
    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => _nodes[0].App.Services;

    internal TestDatabase Database => _database;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        Address = await StartNodeAsync();
    }

    /// <summary>Starts a node on the same _database.</summary>
    /// <param name="settings">As on the command line, such as <c>AutoForge:PublicUrl=https://flows.example.com</c>.</param>
    public async Task<Uri> StartNodeAsync(params string[] settings) => (await StartNodeAsync(app => { }, settings)).Address;

    /// <inheritdoc cref="StartNodeAsync(string[])"/>
    /// <param name="map">Adds routes after the server's own.</param>
    internal async Task<TestNode> StartNodeAsync(Action<WebApplication> map, params string[] settings)
    {
        var node = await TestNode.StartAsync(_database.ConnectionString, services => { }, map, settings);
        lock (_nodes)
            _nodes.Add(node);
        return node;
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
        foreach (var node in _nodes)
            await node.DisposeAsync();
        await _database.DisposeAsync();
    }

    private sealed class ServerDatabase() : TestDatabase(typeof(AutoForgeServer).Assembly);
}

/// <summary>Somebody who is registered and signed in.</summary>
internal sealed record Caller(HttpClient Client, string Email, Guid AccountId, string RefreshToken, string SetCookie)
{
    /// <summary>What a browser would send back.</summary>
    public string Cookie => SetCookie.Split(';')[0];
}
