using AutoForge.Testing.Servers;

namespace AutoForge.Server.Tests;

/// <summary>A server with a node that sends mail to a real mail server, for all tests of a class: addresses tell them apart.</summary>
public sealed class MailedServer : IAsyncLifetime
{
    private TestNode? _node;

    public TestServer Server { get; } = new();

    public MailServer Mail { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Server.InitializeAsync();
        Mail = await MailServer.StartAsync();
    }

    /// <summary>The node that sends mail, started by the first test.</summary>
    /// <param name="settings">Beside those of the mail server.</param>
    internal async Task<TestNode> NodeAsync(params string[] settings) => _node ??= await Server.StartNodeAsync(
        app => { },
        ["AutoForge:Smtp:Host=127.0.0.1", $"AutoForge:Smtp:Port={Mail.Port}", "AutoForge:Smtp:Security=none", "AutoForge:Smtp:From=flows@example.com", .. settings]);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Mail.DisposeAsync();
    }
}
