using System.Collections.Concurrent;
using AutoForge.Server.Mail;
using AutoForge.Testing.Servers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Tests.Mail;

/// <summary>security.md, mail.</summary>
public sealed class ServerMailTests : IAsyncLifetime
{
    private MailServer _server = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await MailServer.StartAsync("autoforge", "secret");

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Send_WithAServer_ArrivesBeforeTheServerStops()
    {
        var log = new MemoryLog();
        using var mail = NewMail(log, ToServer());

        await mail.StartAsync(Cancelled);
        await mail.SendAsync(new MailText("ada@example.com", "Réset", "https://flows.example.com/reset-password?token=canary"), Cancelled);
        await mail.StopAsync(Cancelled);

        var arrived = Assert.Single(await _server.ReadAsync());
        Assert.Equal("Réset", arrived["subject"]!.GetValue<string>());
        Assert.Contains("token=canary", arrived["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("flows@example.com", arrived["from"]![0]!["address"]!.GetValue<string>());
        Assert.DoesNotContain(log.Lines, line => line.Contains("canary", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\r\nBcc: eve@example.com\r\n")]
    [InlineData("\u0085Bcc: eve@example.com")]
    [InlineData("\u2028Bcc: eve@example.com\0")]
    public async Task Send_LineBreaksInTheSubject_AddNoHeaderField(string injected)
    {
        using var mail = NewMail(new MemoryLog(), ToServer());

        await mail.StartAsync(Cancelled);
        await mail.SendAsync(new MailText("ada@example.com", "Run of " + injected, "text"), Cancelled);
        await mail.StopAsync(Cancelled);

        var source = await _server.SourceAsync(Assert.Single(await _server.ReadAsync()));
        Assert.DoesNotContain(source.Split("\r\n"), line => line.StartsWith("Bcc", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("ada@example.com\r\nBcc: eve@example.com")]
    [InlineData("ada@example.com, eve@example.com")]
    [InlineData("")]
    public async Task Send_ToSomethingElseThanOneAddress_IsLoggedAndTheNextIsSent(string to)
    {
        var log = new MemoryLog();
        using var mail = NewMail(log, ToServer());

        await mail.StartAsync(Cancelled);
        await mail.SendAsync(new MailText(to, "bad", "text"), Cancelled);
        await mail.SendAsync(new MailText("ada@example.com", "good", "text"), Cancelled);
        await mail.StopAsync(Cancelled);

        Assert.Equal("good", Assert.Single(await _server.ReadAsync())["subject"]!.GetValue<string>());
        Assert.Contains(log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Send_WithoutAServer_GoesToTheLogWithItsLink()
    {
        var log = new MemoryLog();
        using var mail = NewMail(log, new MailOptions());

        await mail.SendAsync(new MailText("ada@example.com", "Reset", "https://flows.example.com/reset-password?token=t"), Cancelled);

        Assert.False(mail.IsConfigured);
        var line = Assert.Single(log.Lines);
        Assert.StartsWith("Information", line, StringComparison.Ordinal);
        Assert.Contains("ada@example.com", line, StringComparison.Ordinal);
        Assert.Contains("https://flows.example.com/reset-password?token=t", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_ServerIsDown_EndsAfterTheLastTry()
    {
        var log = new MemoryLog();
        using var mail = NewMail(log, new MailOptions { Host = "127.0.0.1", Port = FreePort.Next(), Security = "none", From = "flows@example.com" });

        await mail.StartAsync(Cancelled);
        await mail.SendAsync(new MailText("ada@example.com", "lost", "text"), Cancelled);
        await mail.StopAsync(Cancelled);

        Assert.Contains(log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("lost", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, "starttls", "flows@example.com", "Port")]
    [InlineData(587, "ssl", "flows@example.com", "Security")]
    [InlineData(587, "tls", "", "From")]
    public void Failures_OfASettingThatWillNotDo_NameIt(int port, string security, string from, string setting) =>
        Assert.Contains($"AutoForge:Smtp:{setting} ", Assert.Single(new MailOptions { Host = "mail", Port = port, Security = security, From = from }.Failures()), StringComparison.Ordinal);

    private MailOptions ToServer() =>
        new() { Host = "127.0.0.1", Port = _server.Port, Security = "none", Username = "autoforge", Password = "secret", From = "flows@example.com" };

    private static ServerMail NewMail(MemoryLog log, MailOptions smtp) =>
        new(Options.Create(new ServerOptions { Smtp = smtp }), TimeProvider.System, log);

    private sealed class MemoryLog : ILogger<ServerMail>
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
    }
}
