// <greet>
using AutoForge.Activities;

namespace EmbeddedEngine;

[Activity("Acme", "Greet", Description = "Says hello to somebody.", PriceCents = 2)]
public sealed class Greet : Activity
{
    [Input(Required = true, Description = "Whom to greet.")]
    public Input<string>? Who { get; set; }

    [Output(Description = "What was said.")]
    public Output<string>? Greeting { get; set; }

    protected override ValueTask ExecuteAsync(ActivityContext context)
    {
        context.Set(Greeting, $"Hello, {context.Get(Who)}!");
        return ValueTask.CompletedTask;
    }
}
// </greet>
