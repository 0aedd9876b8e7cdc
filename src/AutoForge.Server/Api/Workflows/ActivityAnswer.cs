using AutoForge.Engine.Prices;
using AutoForge.Engine.Workflows;

namespace AutoForge.Server.Api.Workflows;

/// <param name="PriceCents">US cents that each such step adds to the price of a workflow.</param>
internal sealed record ActivityAnswer(
    string Type, string DisplayName, string Description, string Category, bool IsTrigger, int PriceCents,
    IReadOnlyList<ActivityAnswer.Input> Inputs, IReadOnlyList<ActivityAnswer.Output> Outputs, IReadOnlyList<string> Outcomes)
{
    public static ActivityAnswer From(ActivityDescriptor activity, PriceList prices) => new(
        activity.TypeName, activity.DisplayName, activity.Description, activity.Category, activity.IsTrigger, prices.Of(activity),
        [.. activity.Inputs.Select(Input.From)], [.. activity.Outputs.Select(Output.From)], activity.Outcomes);

    /// <param name="IsWrapped">Whether its value is an expression; false for plain JSON.</param>
    /// <param name="Connection">The type of connection that is named here; null = not a connection.</param>
    internal sealed record Input(
        string Name, string DisplayName, string Description, bool IsWrapped, bool Required, string? Default,
        IReadOnlyList<string> Options, string? Connection)
    {
        public static Input From(InputDescriptor input) => new(
            input.Name, input.DisplayName, input.Attributes.Description, input.IsWrapped, input.Attributes.Required,
            input.Attributes.Default, input.Options, input.Attributes.Connection);
    }

    internal sealed record Output(string Name, string Description)
    {
        public static Output From(OutputDescriptor output) => new(output.Name, output.Description);
    }
}
