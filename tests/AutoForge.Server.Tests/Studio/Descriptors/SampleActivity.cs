using AutoForge.Activities;

namespace AutoForge.Server.Tests.Studio.Descriptors;

/// <summary>An activity that somebody else wrote: nothing but its attributes tells Studio of it.</summary>
[Activity("Acme", "Translate", DisplayName = "Translate a text", Description = "Says it in another language.", Outcomes = ["Done", "Failed"], PriceCents = 3)]
public sealed class SampleActivity : Activity
{
    [Input(Required = true, Order = 0, Description = "What to translate.")]
    public Input<string>? Text { get; set; }

    [Input(Default = "de", Options = ["de", "fr"], OptionTexts = ["German", "French"], Order = 1)]
    public Input<string>? Language { get; set; }

    [Input(Order = 2)]
    public Input<bool>? Formal { get; set; }

    [Input(Connection = "http", Order = 3)]
    public Input<string>? Account { get; set; }

    [Input(Order = 4, Default = "3")]
    public Input<int>? Tries { get; set; }

    [Input(Order = 5)]
    public Input<string>? URL { get; set; }

    [Input(Order = 6)]
    public Input<List<string>>? Glossary { get; set; }

    [Output(Description = "The translated text.")]
    public Output<string>? Result { get; set; }

    public Activity? Fallback { get; set; }

    protected override ValueTask ExecuteAsync(ActivityContext context) => ValueTask.CompletedTask;
}
