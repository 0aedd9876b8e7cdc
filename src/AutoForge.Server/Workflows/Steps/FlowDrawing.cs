using System.Text.Json.Nodes;

namespace AutoForge.Server.Workflows.Steps;

/// <summary>
/// The flowchart of a workflow as a list of steps that can be changed one by one. It changes only what it is asked to: every
/// other property of the document stays as it was.
/// </summary>
internal sealed class FlowDrawing
{
    private const string RootType = "Elsa.Flowchart";
    private const string EntryPort = "In";
    private const string DonePort = "Done";

    private FlowDrawing(JsonObject document, JsonObject root)
    {
        Document = document;
        Activities = ArrayOf(root, "activities");
        Connections = ArrayOf(root, "connections");
    }

    public JsonObject Document { get; }

    private JsonArray Activities { get; }

    private JsonArray Connections { get; }

    /// <summary>Takes a document over. Null when its root is no flowchart.</summary>
    public static FlowDrawing? Of(JsonObject document) =>
        document["root"] is JsonObject root && Text(root, "type") == RootType ? new FlowDrawing(document, root) : null;

    /// <summary>The activities in the order in which a run comes to them; those that no run reaches come last.</summary>
    public IReadOnlyList<JsonObject> Steps()
    {
        var all = Activities.OfType<JsonObject>().ToArray();
        var entered = Links().Select(link => link.To).ToHashSet(StringComparer.Ordinal);
        var ordered = new List<JsonObject>(all.Length);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in all.OrderByDescending(Starts).ThenBy(step => entered.Contains(IdOf(step))))
            Visit(IdOf(start));
        return ordered;

        void Visit(string id)
        {
            if (Find(id) is not { } step || !seen.Add(id))
                return;
            ordered.Add(step);
            foreach (var link in LinksFrom(id))
                Visit(link.To);
        }
    }

    public JsonObject? Find(string id) => Activities.OfType<JsonObject>().FirstOrDefault(step => IdOf(step) == id);

    public IReadOnlyList<FlowLink> LinksFrom(string id) => [.. Links().Where(link => link.From == id)];

    /// <summary>Adds a step behind another one, before whatever followed there.</summary>
    /// <param name="afterId">Null = connected to nothing.</param>
    public void Add(JsonObject step, string? afterId, string? port)
    {
        var id = IdOf(step);
        Place(step, afterId is null ? null : Find(afterId));
        Activities.Add(step);
        if (afterId is null)
            return;
        var way = string.IsNullOrEmpty(port) ? DonePort : port;
        var followers = LinksFrom(afterId).Where(link => link.Port == way).ToArray();
        foreach (var link in followers)
        {
            Disconnect(link);
            Connect(new FlowLink(id, DonePort, link.To));
        }
        Connect(new FlowLink(afterId, way, id));
    }

    /// <summary>Takes a step out and joins what came before it to what followed on its ordinary way out.</summary>
    public bool Remove(string id)
    {
        if (Find(id) is not { } step)
            return false;
        Detach(id);
        Activities.Remove(step);
        return true;
    }

    /// <summary>Whether the step has one step before it and is the only one behind that: then the two can change places.</summary>
    public bool CanMoveUp(string id) => Before(id) is { } before && !Starts(Find(before.From)!) && OnlyLinkInto(before.From) is not null;

    public bool CanMoveDown(string id) => After(id) is { } after && CanMoveUp(after.To);

    /// <summary>Changes places with the step before.</summary>
    public bool MoveUp(string id)
    {
        if (!CanMoveUp(id))
            return false;
        var before = Before(id)!;
        var first = OnlyLinkInto(before.From)!;
        Detach(id);
        Disconnect(first);
        Connect(first with { To = id });
        Connect(new FlowLink(id, DonePort, before.From));
        return true;
    }

    public bool MoveDown(string id) => CanMoveDown(id) && MoveUp(After(id)!.To);

    /// <summary>False when one of the steps does not exist or they are connected so already.</summary>
    public bool Connect(FlowLink link)
    {
        if (Find(link.From) is null || Find(link.To) is null || Links().Contains(link))
            return false;
        Connections.Add(new JsonObject
        {
            ["source"] = new JsonObject { ["activity"] = link.From, ["port"] = link.Port },
            ["target"] = new JsonObject { ["activity"] = link.To, ["port"] = EntryPort },
            ["vertices"] = new JsonArray(),
        });
        return true;
    }

    public bool Disconnect(FlowLink link)
    {
        var found = Connections.OfType<JsonObject>().FirstOrDefault(connection => LinkOf(connection) == link);
        return found is not null && Connections.Remove(found);
    }

    public static string IdOf(JsonObject step) => Text(step, "id") ?? "";

    private static bool Starts(JsonObject step) =>
        step["customProperties"]?["canStartWorkflow"] is JsonValue value && value.TryGetValue<bool>(out var starts) && starts;

    private static string? Text(JsonNode? node, string name) =>
        node?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonArray ArrayOf(JsonObject root, string name)
    {
        if (root[name] is not JsonArray array)
            root[name] = array = [];
        return array;
    }

    private static FlowLink LinkOf(JsonObject connection) => new(
        Text(connection["source"], "activity") ?? "", Text(connection["source"], "port") ?? DonePort, Text(connection["target"], "activity") ?? "");

    private IEnumerable<FlowLink> Links() => Connections.OfType<JsonObject>().Select(LinkOf);

    private FlowLink? OnlyLinkInto(string id) => Links().Where(link => link.To == id).Take(2).ToArray() is [var only] ? only : null;

    private FlowLink? Before(string id) => OnlyLinkInto(id) is { } link && LinksFrom(link.From).Count == 1 ? link : null;

    private FlowLink? After(string id) => LinksFrom(id) is [var only] ? only : null;

    private void Detach(string id)
    {
        var into = Links().Where(link => link.To == id && link.From != id).ToArray();
        var onwards = LinksFrom(id).Where(link => link.Port == DonePort && link.To != id).ToArray();
        foreach (var link in Links().Where(link => link.To == id || link.From == id).ToArray())
            Disconnect(link);
        foreach (var link in into)
        {
            foreach (var next in onwards)
                Connect(link with { To = next.To });
        }
    }

    // Right of the step before, below whatever is there already.
    private void Place(JsonObject step, JsonObject? after)
    {
        const double columnWidth = 280, rowHeight = 120;
        var (x, y) = after is null ? (0, 0) : PositionOf(after);
        if (after is not null)
            x += columnWidth;
        while (Activities.OfType<JsonObject>().Any(other => PositionOf(other) is var (ox, oy) && Math.Abs(ox - x) < columnWidth / 2 && Math.Abs(oy - y) < rowHeight / 2))
            y += rowHeight;
        step["metadata"] = new JsonObject { ["designer"] = new JsonObject { ["position"] = new JsonObject { ["x"] = x, ["y"] = y } } };
    }

    private static (double X, double Y) PositionOf(JsonObject step)
    {
        var position = step["metadata"]?["designer"]?["position"];
        return (Number(position?["x"]), Number(position?["y"]));
    }

    private static double Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<double>(out var number) ? number : 0;
}

/// <summary>A connection: from a way out of one step into another step.</summary>
public sealed record FlowLink(string From, string Port, string To);
