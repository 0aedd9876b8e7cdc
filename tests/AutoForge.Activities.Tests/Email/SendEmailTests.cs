using System.Text.Json.Nodes;
using AutoForge.Activities.Email;
using AutoForge.Connections;
using AutoForge.Expressions;
using AutoForge.Testing;
using AutoForge.Testing.Servers;

namespace AutoForge.Activities.Tests.Email;

public sealed class SendEmailTests(SendEmailTests.Fixture fixture) : IClassFixture<SendEmailTests.Fixture>
{
    [Fact]
    public async Task Execute_TextAndHtml_ArriveAsWritten()
    {
        using var context = Context(new SendEmail
        {
            Connection = "mail",
            To = Text("\"Lovelace, Ada\" <ada@example.com>, bob@example.com"),
            Cc = Text("""["Zoë <zoe@example.com>"]"""),
            Bcc = Text("secret@example.com"),
            ReplyTo = "answers@example.com",
            Subject = "Grüße 🎉 and =?utf-8?Q?tricks?=",
            Text = "Line one\n.\nLänge: " + new string('x', 2000),
            Html = "<p>Grüße</p>",
        });
        await context.ExecuteAsync();

        var mail = await fixture.FindAsync("Grüße 🎉 and =?utf-8?Q?tricks?=");
        Assert.Equal("key-of-this-step@example.org", context.Output("messageId"));
        var source = await fixture.Server.SourceAsync(mail);
        Assert.Contains("Message-ID: <key-of-this-step@example.org>\r\n", source, StringComparison.Ordinal);
        Assert.Contains("Reply-To: answers@example.com\r\n", source, StringComparison.Ordinal);
        Assert.Equal("Line one\n.\nLänge: " + new string('x', 2000), ((string)mail["text"]!).TrimEnd('\n'));
        Assert.Equal("<p>Grüße</p>", ((string)mail["html"]!).TrimEnd('\n'));
        Assert.Equal([("Lovelace, Ada", "ada@example.com"), ("", "bob@example.com")], Addresses(mail["to"]));
        Assert.Equal([("Zoë", "zoe@example.com")], Addresses(mail["cc"]));
        Assert.Equal([("Österreich GmbH", "office@example.org")], Addresses(mail["from"]));
        Assert.Contains("secret@example.com", mail["envelope"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret@example.com", source, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Execute_WrongPassword_Fails()
    {
        using var context = Context(new SendEmail { Connection = "mail", To = Text("a@example.com"), Text = "x" }, password: "wrong-canary");
        var fault = await context.FaultAsync();
        Assert.Equal("smtp_auth", fault.Code);
        Assert.DoesNotContain("canary", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "", "x", "invalid_input")]
    [InlineData("a@example.com", "", "", "invalid_input")]
    [InlineData("a@example.com", "a\r\nBcc: eve@example.com", "x", "invalid_input")]
    [InlineData("not an address", "", "x", "invalid_address")]
    public async Task Execute_UnusableInputs_FailBeforeConnecting(string to, string subject, string text, string code)
    {
        using var context = Context(new SendEmail { Connection = "mail", To = Text(to), Subject = subject, Text = text }, port: 1);
        Assert.Equal(code, (await context.FaultAsync()).Code);
    }

    [Fact]
    public async Task Execute_TooManyRecipients_Refused()
    {
        using var context = Context(new SendEmail { Connection = "mail", To = Text(string.Join(',', Enumerable.Range(0, 101).Select(i => $"u{i}@example.com"))), Text = "x" }, port: 1);
        Assert.Equal("invalid_input", (await context.FaultAsync()).Code);
    }

    [Fact]
    public async Task Preview_CompleteMail_ShowsIt()
    {
        using var context = Context(new SendEmail { Connection = "mail", To = Text("Ada <ada@example.com>"), Subject = "Hi", Html = "<b>x</b>" }, port: 1);
        var preview = (await context.Activity.PreviewAsync(context))!;
        Assert.Equal("""{"from":"Österreich GmbH <office@example.org>","to":["Ada <ada@example.com>"],"cc":[],"bcc":[],"subject":"Hi","text":null,"html":"<b>x</b>"}""",
            preview.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }

    [Fact]
    public void EffectOf_Always_Unsafe()
    {
        using var context = Context(new SendEmail());
        Assert.Equal(StepEffect.Unsafe, context.Activity.EffectOf(context));
    }

    [Fact]
    public void EncodingOf_HtmlAndJsonLists_Encode()
    {
        var activity = new SendEmail { To = Expression.Template("""["{{ x }}"]"""), Cc = Expression.Template("{{ x }}") };
        Assert.Equal((TextEncoding.Html, TextEncoding.None, TextEncoding.Json, TextEncoding.None),
            (activity.EncodingOf("html"), activity.EncodingOf("text"), activity.EncodingOf("to"), activity.EncodingOf("cc")));
    }

    [Fact]
    public void Validate_NothingToSendAndWrongAddress_NamesTheFields()
    {
        var problems = new List<string>();
        new SendEmail().Validate(new ActivityValidation(name => name == "cc" ? "no address" : null, (name, _) => problems.Add(name)));
        Assert.Equal(["cc", "to", "text"], problems);
    }

    [Fact]
    public async Task Probe_RightAndWrongPassword_ToldApart()
    {
        using var context = Context(new SendEmail());
        var probe = new SmtpProbe(context.Egress, TimeProvider.System);
        Assert.Contains("accepts the sign-in", await probe.ProbeAsync(fixture.Connection("canary"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var e = await Assert.ThrowsAsync<FaultException>(() => probe.ProbeAsync(fixture.Connection("wrong"), TestContext.Current.CancellationToken).AsTask());
        Assert.Equal("smtp_auth", e.Fault.Code);
    }

    private TestActivityContext Context(SendEmail activity, string password = "canary", int? port = null) =>
        new TestActivityContext(activity).With(fixture.Connection(password, port));

    private static Input<object> Text(string text) => Expression.Literal(text);

    private static IEnumerable<(string?, string?)> Addresses(JsonNode? list) =>
        list!.AsArray().Select(entry => ((string?)entry!["name"], (string?)entry["address"]));

    public sealed class Fixture : IAsyncLifetime
    {
        public MailServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await MailServer.StartAsync("office", "canary");

        public ValueTask DisposeAsync() => Server.DisposeAsync();

        public Connection Connection(string password, int? port = null) => new(Ids.NewId(), "mail", "smtp",
            new JsonObject { ["host"] = "localhost", ["port"] = port ?? Server.Port, ["security"] = "none", ["username"] = "office", ["from"] = "Österreich GmbH <office@example.org>" },
            new Dictionary<string, string> { ["password"] = password });

        public async Task<JsonNode> FindAsync(string subject) => (await Server.ReadAsync()).Single(mail => (string?)mail["subject"] == subject);
    }
}
