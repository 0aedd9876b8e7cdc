using System.Text;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Engine.Triggers;
using AutoForge.Engine.Workflows;
using AutoForge.Testing;
using AutoForge.Testing.Running;

namespace AutoForge.Engine.Tests.Triggers;

/// <summary>Calls as senders really make them: repeated after a change, and with bodies that are nearly right (reliability 3, 16).</summary>
public sealed class WebhookIntakeTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private TestEngine _node = null!;
    private Guid _account;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _node = await TestEngine.CreateAsync(database.ConnectionString);
        _account = await _node.OpenAccountAsync();
        await _node.StartAsync();
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Receive_RepeatAfterSwitchingOff_IsStillTheSameRun()
    {
        var (workflow, token) = await HookAsync();
        var first = await ReceiveAsync(token, "{}", key: "order-1");
        await _node.Get<WorkflowPublisher>().RetractAsync(_account, workflow, Token);
        await using var other = await TestEngine.CreateAsync(database.ConnectionString);

        var repeat = await ReceiveAsync(token, "{}", key: "order-1", node: other);

        Assert.Equal((WebhookOutcome.Duplicate, first.RunId), (repeat.Outcome, repeat.RunId));
        Assert.Equal(WebhookOutcome.SwitchedOff, (await ReceiveAsync(token, "{}", key: "order-2", node: other)).Outcome);
        Assert.Equal(WebhookOutcome.SwitchedOff, (await ReceiveAsync(token, "{}", key: null, node: other)).Outcome);
    }

    [Fact]
    public async Task Receive_RepeatWithoutBalance_IsStillTheSameRun()
    {
        var (_, token) = await HookAsync();
        var first = await ReceiveAsync(token, "{}", key: "order-1");
        await _node.EndOfAsync(_account, first.RunId);
        for (var i = 0; (await ReceiveAsync(token, "{}", key: $"drain-{i}")).Outcome == WebhookOutcome.Accepted; i++)
        {
            // Until nothing is left.
        }

        Assert.Equal((WebhookOutcome.Duplicate, first.RunId), ((await ReceiveAsync(token, "{}", key: "order-1")) is var r ? (r.Outcome, r.RunId) : default));
        Assert.Equal(WebhookOutcome.Refused, (await ReceiveAsync(token, "{}", key: "order-2")).Outcome);
    }

    /// <summary>Taken or refused at once; never a run that the engine itself fails on.</summary>
    [Theory]
    [InlineData("""{"text":"a\u0000z"}""", true)]
    [InlineData("""{"text":"\ud83d\ude00"}""", true)]
    [InlineData("""{"text":"half \ud83d"}""", false)]
    [InlineData("""{"\ud83d":"half"}""", false)]
    [InlineData("""{"n":1e999,"m":-0,"long":123456789012345678901234567890}""", true)]
    [InlineData("""[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]""", true)]
    [InlineData("""[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]""", false)]
    [InlineData("""{"a":{"b":1,"b":2}}""", false)]
    [InlineData("""{"a":{"b":1,"\u0062":2}}""", false)]
    [InlineData("\u00ef\u00bb\u00bf{}", true)]
    [InlineData("{\"text\":\"\u00ff\u00fe\"}", false)]
    [InlineData("null", true)]
    [InlineData("{} {}", false)]
    public async Task Receive_JsonOfAnyShape_EndsInTheFirstTryOrIsRefused(string latin1, bool isTaken)
    {
        var (_, token) = await HookAsync();
        if (!isTaken)
        {
            var refused = await Assert.ThrowsAsync<AutoForgeException>(() => ReceiveAsync(token, latin1, key: null));
            Assert.Equal("invalid_json", refused.Code);
            return;
        }

        var receipt = await ReceiveAsync(token, latin1, key: null);
        var end = await _node.EndOfAsync(_account, receipt.RunId);

        Assert.Equal((WebhookOutcome.Accepted, RunStatus.Succeeded, 1, null), (receipt.Outcome, end.Status, end.Attempts, end.Fault));
        Assert.NotNull(await _node.Get<RunQueries>().StepsAsync(_account, receipt.RunId, Token));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/octet-stream")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task Receive_AnyBytes_EndInTheFirstTry(string? contentType)
    {
        var (_, token) = await HookAsync();
        var random = new Random(4711);
        for (var i = 0; i < 8; i++)
        {
            var bytes = new byte[64];
            random.NextBytes(bytes);
            var receipt = await ReceiveAsync(token, bytes, null, contentType, _node);
            Assert.Equal((RunStatus.Succeeded, 1), await _node.EndOfAsync(_account, receipt.RunId) is var end ? (end.Status, end.Attempts) : default);
        }
    }

    private async Task<(string Workflow, string Token)> HookAsync()
    {
        // The body is used: written into the history and into the name of the run.
        var publication = await _node.PublishAsync(_account, Draw.Chain("Hook", Draw.Webhook(), Hosting.Steps.Name("name", "{{ trigger.body }}")));
        return (publication.DefinitionId, Assert.Single(publication.Triggers).Token!);
    }

    private Task<WebhookReceipt> ReceiveAsync(string token, string latin1, string? key, TestEngine? node = null) =>
        ReceiveAsync(token, Encoding.Latin1.GetBytes(latin1) is var bytes && latin1.Any(c => c is > '\u007f' and < '\u0100') ? bytes : Encoding.UTF8.GetBytes(latin1),
            key, "application/json", node ?? _node);

    private static Task<WebhookReceipt> ReceiveAsync(string token, byte[] body, string? key, string? contentType, TestEngine node) =>
        node.Get<WebhookIntake>().ReceiveAsync(
            new WebhookRequest
            {
                Token = token,
                Method = "POST",
                Headers = key is null ? [] : new Dictionary<string, string> { ["Idempotency-Key"] = key },
                Query = [],
                ContentType = contentType,
                Body = body,
            }, Token);
}
