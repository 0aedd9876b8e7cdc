using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using AutoForge.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AutoForge.Server.Tests.Accounts;

/// <summary>security.md, secrets: canaries are in no log, however much is logged.</summary>
public sealed class SecretsTests
{
    [Fact]
    public async Task Log_OfEverythingThatSignsIn_HoldsNoSecret()
    {
        var cancelled = TestContext.Current.CancellationToken;
        using var log = new MemoryLog();
        await using var node = await TestNode.StartAsync(
            await PostgresServer.CreateDatabaseAsync(), services => services.AddSingleton<ILoggerProvider>(log), app => { },
            "Logging:LogLevel:Default=Trace", "Logging:Console:LogLevel:Default=None");
        using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = node.Address };
        var credentials = new { email = "miner@example.com", password = "canary in the coal mine" };

        using var registered = await client.PostAsJsonAsync("/api/auth/register", credentials, cancelled);
        using var signedIn = await client.PostAsJsonAsync("/api/auth/login", credentials, cancelled);
        using var wrong = await client.PostAsJsonAsync("/api/auth/login", credentials with { password = "another canary" }, cancelled);
        var tokens = await signedIn.JsonAsync();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.GetProperty("accessToken").GetString());
        using var created = await client.PostAsJsonAsync("/api/user/api-keys", new { name = "n" }, cancelled);
        var key = (await created.JsonAsync()).GetProperty("key").GetString()!;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var me = await client.GetAsync("/api/auth/me", cancelled);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);

        string[] secrets =
        [
            credentials.password, "another canary", key, signedIn.Headers.GetValues("Set-Cookie").Single().Split('=', ';')[1],
            tokens.GetProperty("accessToken").GetString()!, tokens.GetProperty("refreshToken").GetString()!,
        ];
        Assert.NotEmpty(log.Lines);
        Assert.DoesNotContain(secrets, secret => log.Lines.Any(line => line.Contains(secret, StringComparison.Ordinal)));
    }

    private sealed class MemoryLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            Lines.Enqueue(state.ToString() ?? "");
            return null;
        }

        public void Dispose() { }
    }
}
