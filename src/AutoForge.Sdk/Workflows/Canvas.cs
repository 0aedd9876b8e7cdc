using System.Text.Json.Nodes;
using AutoForge.Activities;

namespace AutoForge.Workflows;

/// <summary>Steps and lines as they are drawn, laid out on a grid.</summary>
internal sealed class Canvas
{
    // Pixels. A node is about 190 wide and 54 high in the designer.
    private const int ColumnWidth = 220, LaneHeight = 120;

    private readonly Dictionary<string, CanvasNode> _nodes = new(StringComparer.Ordinal);
    private readonly List<(CanvasNode Source, string Outcome, string Target)> _lines = [];
    private readonly ActivityWriter _writer = new();
    private int _lanes;

    /// <summary>An empty row below all others: branches never overlap.</summary>
    public int NewLane() => _lanes++;

    /// <exception cref="ArgumentException">The name is taken, or the class has no <see cref="ActivityAttribute"/>.</exception>
    public CanvasNode Add(Activity activity, string? name, int column, int lane, bool isStart)
    {
        var json = _writer.Write(activity, name);
        if (isStart)
            ((JsonObject)json["customProperties"]!)["canStartWorkflow"] = true;
        json["metadata"] = new JsonObject
        {
            ["designer"] = new JsonObject { ["position"] = new JsonObject { ["x"] = column * ColumnWidth, ["y"] = lane * LaneHeight } },
        };
        var node = new CanvasNode(
            json["id"]!.GetValue<string>(), json["name"]!.GetValue<string>(), column, ActivityWriter.AttributeOf(activity.GetType()).Outcomes, json);
        _nodes.Add(node.Name, node);
        return node;
    }

    public void Connect(CanvasNode source, string outcome, CanvasNode target) => ConnectLater(source, outcome, target.Name);

    /// <summary>The target may be drawn later.</summary>
    public void ConnectLater(CanvasNode source, string outcome, string target) => _lines.Add((source, outcome, target));

    public JsonObject ToFlowchart()
    {
        if (_nodes.Count == 0)
            throw new InvalidOperationException("The workflow has no steps yet: add one with StartsWith or Then.");
        return new JsonObject
        {
            ["id"] = "flow",
            ["name"] = "Flowchart1",
            ["type"] = "Elsa.Flowchart",
            ["version"] = 1,
            ["activities"] = new JsonArray([.. _nodes.Values.Select(node => node.Json.DeepClone())]),
            ["connections"] = new JsonArray([.. _lines.Select(line => Connection(line.Source.Id, line.Outcome, TargetOf(line.Source, line.Target)))]),
        };
    }

    private string TargetOf(CanvasNode source, string target) => _nodes.TryGetValue(target, out var node)
        ? node.Id
        : throw new InvalidOperationException($"The way from '{source.Name}' goes to '{target}', but no step has this name.");

    private static JsonObject Connection(string source, string outcome, string target) => new()
    {
        ["source"] = new JsonObject { ["activity"] = source, ["port"] = outcome },
        ["target"] = new JsonObject { ["activity"] = target, ["port"] = "In" },
        ["vertices"] = new JsonArray(),
    };
}
