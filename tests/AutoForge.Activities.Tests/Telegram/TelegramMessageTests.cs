using System.Text.Json.Nodes;
using AutoForge.Activities.Telegram;
using AutoForge.Connections;
using AutoForge.Testing;
using AutoForge.Testing.Servers;

namespace AutoForge.Activities.Tests.Telegram;

public sealed class TelegramMessageTests : IAsyncLifetime
{
    private const string Token = "123456:canary-Token_1";

    private HttpTarget _target = null!;

    public async ValueTask InitializeAsync() => _target = await HttpTarget.StartAsync();

    public ValueTask DisposeAsync() => _target.DisposeAsync();

    [Fact]
    public async Task Execute_RealServer_DeliversTheMessage()
    {
        await using var server = await TelegramServer.StartAsync();
        using var context = Context(new TelegramMessage { Connection = "bot", ChatId = "42", Text = "Grüße <b>x</b>", ParseMode = "HTML", Silent = true }, server.BaseUrl);
        await context.ExecuteAsync();

        Assert.Equal(1L, context.Output("messageId"));
        var message = Assert.Single(await server.SentAsync(Token));
        Assert.Equal(("42", "Grüße <b>x</b>", "HTML", true),
            ((string?)message["chat_id"], (string?)message["text"], (string?)message["parse_mode"], (bool?)message["disable_notification"]));

        var probe = new TelegramProbe(context.Egress, TimeProvider.System);
        Assert.Equal("Signed in as @TestNameBot.", await probe.ProbeAsync(Bot(server.BaseUrl), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Execute_Plain_SendsNoFormatting()
    {
        _target.Next(200, """{"ok":true,"result":{"message_id":7}}""");
        using var context = Context(new TelegramMessage { Connection = "bot", ChatId = "@channel", Text = "x" });
        await context.ExecuteAsync();
        var request = Assert.Single(_target.Requests);
        Assert.Equal(($"/bot{Token}/sendMessage", """{"chat_id":"@channel","text":"x"}"""), (request.Path, request.Body));
        Assert.Equal(7L, context.Output("messageId"));
    }

    [Theory]
    [InlineData(400, """{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}""", "telegram_rejected", "Telegram refused: Bad Request: chat not found.", false, null)]
    [InlineData(401, """{"ok":false,"error_code":401,"description":"Unauthorized 123456:canary-Token_1"}""", "telegram_rejected", "Telegram refused: Unauthorized ***.", false, null)]
    [InlineData(429, """{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 12","parameters":{"retry_after":12}}""", "telegram_rejected", "Telegram refused: Too Many Requests: retry after 12.", true, 12)]
    [InlineData(502, "<html>", "telegram_unreachable", "Telegram answered 502. Whether the message was sent is not known.", false, null)]
    [InlineData(200, "nonsense", "telegram_unreachable", "Telegram answered 200. Whether the message was sent is not known.", false, null)]
    public async Task Execute_Refused_SaysWhyAndWhetherToRetry(int status, string body, string code, string message, bool retryable, int? seconds)
    {
        _target.Next(status, body);
        using var context = Context(new TelegramMessage { Connection = "bot", ChatId = "1", Text = "x" });
        Assert.Equal(new Fault(code, message, retryable, seconds is { } s ? TimeSpan.FromSeconds(s) : null), await context.FaultAsync());
    }

    [Fact]
    public async Task Execute_ConnectionBreaks_NotRetryable()
    {
        _target.Next(context => { context.Abort(); return Task.CompletedTask; });
        using var context = Context(new TelegramMessage { Connection = "bot", ChatId = "1", Text = "x" });
        var fault = await context.FaultAsync();
        Assert.Equal(("telegram_unreachable", false), (fault.Code, fault.Retryable));
    }

    [Fact]
    public async Task Execute_AnyFailure_TokenIsNowhereInTheException()
    {
        using var context = Context(new TelegramMessage { Connection = "bot", ChatId = "1", Text = "x" }, $"http://localhost:{FreePort.Next()}");
        var e = await Assert.ThrowsAsync<FaultException>(() => context.ExecuteAsync().AsTask());
        Assert.Equal(("telegram_unreachable", true), (e.Fault.Code, e.Fault.Retryable));
        Assert.DoesNotContain("canary", e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "x", "None", "invalid_input")]
    [InlineData("1", " ", "None", "invalid_input")]
    [InlineData("1", "x", "Html5", "invalid_input")]
    public async Task Execute_UnusableInputs_Refused(string chat, string text, string mode, string code)
    {
        using var context = Context(new TelegramMessage { Connection = "bot", ChatId = chat, Text = text, ParseMode = mode });
        Assert.Equal(code, (await context.FaultAsync()).Code);
        Assert.Empty(_target.Requests);
    }

    [Theory]
    [InlineData(4096, null)]
    [InlineData(4097, "invalid_input")]
    public async Task Execute_LongText_LimitedTo4096(int length, string? code)
    {
        _target.Next(200, """{"ok":true,"result":{"message_id":7}}""");
        using var context = Context(new TelegramMessage { Connection = "bot", ChatId = "1", Text = new string('x', length) });
        Assert.Equal(code, (await Record.ExceptionAsync(() => context.ExecuteAsync().AsTask()) as FaultException)?.Fault.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1:a/../../x")]
    [InlineData("1:a?b")]
    [InlineData("1:a@evil.example")]
    public async Task Execute_TokenIsNoToken_NothingIsCalled(string token)
    {
        using var context = Context(new TelegramMessage { Connection = "bot", ChatId = "1", Text = "x" }, token: token);
        Assert.Equal("connection_invalid", (await context.FaultAsync()).Code);
        Assert.Empty(_target.Requests);
    }

    [Fact]
    public async Task Execute_BaseUrlNotPublic_Refused()
    {
        using var context = new TestActivityContext(new TelegramMessage { Connection = "bot", ChatId = "1", Text = "x" }, allowedHosts: []).With(Bot(_target.Url()));
        Assert.Equal("address_not_allowed", (await context.FaultAsync()).Code);
    }

    [Theory]
    [InlineData("HTML", TextEncoding.Html)]
    [InlineData("MarkdownV2", TextEncoding.None)]
    [InlineData("None", TextEncoding.None)]
    public void EncodingOf_Text_FollowsTheFormatting(string mode, TextEncoding encoding) =>
        Assert.Equal(encoding, new TelegramMessage { ParseMode = mode }.EncodingOf("text"));

    private TestActivityContext Context(TelegramMessage activity, string? baseUrl = null, string token = Token) =>
        new TestActivityContext(activity).With(Bot(baseUrl ?? _target.Url(), token));

    private static Connection Bot(string baseUrl, string token = Token) => new(Ids.NewId(), "bot", "telegram",
        new JsonObject { ["baseUrl"] = baseUrl }, new Dictionary<string, string> { ["token"] = token });
}
