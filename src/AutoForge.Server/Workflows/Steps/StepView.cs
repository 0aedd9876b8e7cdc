using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;

namespace AutoForge.Server.Workflows.Steps;

/// <summary>A step as the list shows it.</summary>
/// <remarks>Public, as parameters of Razor components are.</remarks>
/// <param name="Descriptor">Null for a type that this server does not have; such a step can be moved and connected all the same.</param>
/// <param name="Ways">Its ways out.</param>
public sealed record StepView(
    JsonObject Activity, string Id, string Name, ActivityDescriptor? Descriptor, IReadOnlyList<string> Ways, IReadOnlyList<FlowLink> Links,
    bool CanMoveUp, bool CanMoveDown)
{
    public string Reference => Activity["name"]?.ToString() ?? Id;

    public IEnumerable<StepField> Fields => Descriptor?.Inputs.Select(input => StepField.Of(input, Activity)) ?? [];

    internal static IReadOnlyList<StepView> Of(FlowDrawing drawing, ActivityCatalogue catalogue) =>
        [.. drawing.Steps().Select(activity => Of(activity, drawing, catalogue))];

    private static StepView Of(JsonObject activity, FlowDrawing drawing, ActivityCatalogue catalogue)
    {
        var id = FlowDrawing.IdOf(activity);
        var descriptor = catalogue.Find(activity["type"]?.ToString() ?? "");
        var links = drawing.LinksFrom(id);
        return new StepView(
            activity, id, StepNames.Of(activity, catalogue), descriptor, WaysOf(activity, descriptor, links), links,
            drawing.CanMoveUp(id), drawing.CanMoveDown(id));
    }

    // A switch has a way for each of its cases, a fork for each of its branches.
    private static string[] WaysOf(JsonObject activity, ActivityDescriptor? descriptor, IReadOnlyList<FlowLink> links)
    {
        var cases = (activity["cases"] as JsonArray ?? []).Select(item => item?["label"]?.ToString());
        var branches = activity["branches"] is { } value ? StepField.Names(value) : [];
        return [.. cases.Concat(branches).OfType<string>().Concat(descriptor?.Outcomes ?? ["Done"]).Concat(links.Select(link => link.Port)).Distinct()];
    }
}
