using System.Text.Json.Nodes;
using AutoForge.Activities;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Engine.Tests.Runs;

/// <summary>Does something to the outside; the test says what comes of it.</summary>
[Activity("Test", "Touch", Outcomes = ["Done", "Failed"], PriceCents = 2)]
internal sealed class Touch : Activity
{
    [Input(Required = true)]
    public Input<string>? Text { get; set; }

    [Input(Default = "Unsafe")]
    public Input<StepEffect>? Effect { get; set; }

    [Input]
    public Input<int>? Retries { get; set; }

    [Input(Secret = true)]
    public Input<string>? Password { get; set; }

    [Input]
    public Input<string>? Connection { get; set; }

    [Input]
    public Input<JsonNode>? Headers { get; set; }

    [Output]
    public Output<object>? Answer { get; set; }

    [Output]
    public Output<JsonNode>? ResponseHeaders { get; set; }

    public override StepEffect EffectOf(ActivityContext context) => context.Get(Effect);

    public override int RetriesOf(ActivityContext context) => context.Get(Retries);

    public override ValueTask<JsonNode?> PreviewAsync(ActivityContext context) => new(new JsonObject { ["text"] = context.Get(Text) });

    protected override async ValueTask ExecuteAsync(ActivityContext context)
    {
        var outside = context.Services.GetRequiredService<Outside>();
        var text = context.Get(Headers) is JsonValue plain ? $"{context.Get(Text)} {plain}" : context.Get(Text)!;
        if (context.Get(Connection) is { } connection)
            await context.GetConnectionAsync(connection, "test");

        context.Set(Answer, outside.Answer(text));
        context.Set(ResponseHeaders, new JsonObject { ["Set-Cookie"] = "id=1", ["Date"] = "today" });
        outside.OnEffect?.Invoke(text);
        outside.Effects.Add(text);
        outside.IdempotencyKeys.Add(context.IdempotencyKey);
        if (context.Get(Effect) == StepEffect.Unsafe)
            outside.UnsafeKeys.Add(context.IdempotencyKey);
    }
}
