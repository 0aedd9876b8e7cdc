using System.Net.Http.Json;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoForge.Testing.Servers;

/// <summary>maildev: a real SMTP server whose mail can be read over HTTP.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class MailServer : IAsyncDisposable
{
    private readonly NodeServer _node;
    private readonly TestDirectory _directory;
    private readonly HttpClient _api;

    private MailServer(NodeServer node, TestDirectory directory, int smtpPort, int webPort)
    {
        _node = node;
        _directory = directory;
        Port = smtpPort;
        _api = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{webPort}/api/") };
    }

    /// <summary>Of SMTP, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <param name="username">With <paramref name="password"/>: what it takes for a sign-in; null = anybody may send.</param>
    /// <param name="password">Belongs to <paramref name="username"/>.</param>
    public static async Task<MailServer> StartAsync(string? username = null, string? password = null)
    {
        var directory = new TestDirectory();
        var (smtp, web) = (FreePort.Next(), FreePort.Next());
        var signIn = username is null ? "" : $", incomingUser: '{username}', incomingPass: '{password}'";
        var node = await NodeServer.StartAsync(
            $"const {{ MailDev }} = await import('maildev'); await new MailDev({{ smtp: {smtp}, web: {web}, ip: '127.0.0.1', webIp: '127.0.0.1', silent: true, mailDirectory: {JsonSerializer.Serialize(directory.Path)}{signIn} }}).start()");
        return new MailServer(node, directory, smtp, web);
    }

    /// <summary>All mail that arrived, parsed by the server.</summary>
    public async Task<IReadOnlyList<JsonNode>> ReadAsync() => [.. (await _api.GetFromJsonAsync<JsonArray>("email"))!.Select(mail => mail!)];

    /// <summary>One mail as it arrived.</summary>
    public Task<string> SourceAsync(JsonNode mail) => _api.GetStringAsync(new Uri($"email/{mail["id"]}/source", UriKind.Relative));

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await _node.DisposeAsync();
        _directory.Dispose();
    }
}
