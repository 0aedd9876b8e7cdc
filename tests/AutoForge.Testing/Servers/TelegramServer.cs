using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace AutoForge.Testing.Servers;

/// <summary>telegram-test-api: a Telegram Bot API that takes any token.</summary>
public sealed class TelegramServer : IAsyncDisposable
{
    private readonly NodeServer _node;
    private readonly HttpClient _api;

    private TelegramServer(NodeServer node, int port)
    {
        _node = node;
        BaseUrl = $"http://localhost:{port}";
        _api = new HttpClient { BaseAddress = new Uri(BaseUrl) };
    }

    /// <summary>Stands for <c>https://api.telegram.org</c>.</summary>
    public string BaseUrl { get; }

    public static async Task<TelegramServer> StartAsync()
    {
        var port = FreePort.Next();
        var node = await NodeServer.StartAsync($"const TelegramServer = require('telegram-test-api'); await new (TelegramServer.TelegramServer ?? TelegramServer)({{ port: {port}, host: '127.0.0.1' }}).start()");
        return new TelegramServer(node, port);
    }

    /// <summary>Everything that a bot has sent.</summary>
    public async Task<IReadOnlyList<JsonNode>> SentAsync(string token)
    {
        using var response = await _api.PostAsJsonAsync("/getUpdatesHistory", new { token });
        var history = await response.Content.ReadFromJsonAsync<JsonNode>();
        return [.. history!["result"]!.AsArray().Select(update => update!["message"]!)];
    }

    public ValueTask DisposeAsync()
    {
        _api.Dispose();
        return _node.DisposeAsync();
    }
}
