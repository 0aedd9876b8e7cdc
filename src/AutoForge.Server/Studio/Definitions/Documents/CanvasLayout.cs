using System.Text.Json.Nodes;

namespace AutoForge.Server.Studio.Definitions.Documents;

/// <summary>
/// Gives places to the steps of a workflow that was not drawn, where all of them would lie on one spot: columns from left
/// to right by the number of lines from the start, rows in the order of the document.
/// </summary>
internal static class CanvasLayout
{
    private const int ColumnWidth = 280;
    private const int RowHeight = 130;

    /// <param name="steps">Of one flowchart; nothing is moved when somebody has placed any of them.</param>
    /// <param name="lines">As shown to Studio.</param>
    public static void Place(JsonArray steps, JsonArray lines)
    {
        if (steps.Objects().Any(step => step["metadata"]?["designer"]?["position"] is not null))
            return;

        var columns = ColumnsOf(steps, lines);
        var rows = new Dictionary<int, int>();
        foreach (var (index, step) in steps.Objects().Index())
        {
            var row = rows[columns[index]] = rows.GetValueOrDefault(columns[index], -1) + 1;
            if (step["metadata"] is not JsonObject)
                step["metadata"] = new JsonObject();
            step["metadata"]!["designer"] = new JsonObject
            {
                ["position"] = new JsonObject { ["x"] = columns[index] * ColumnWidth, ["y"] = row * RowHeight },
            };
        }
    }

    private static int[] ColumnsOf(JsonArray steps, JsonArray lines)
    {
        var ids = steps.Objects().Select(step => step.Text("id")).ToList();
        var columns = new int[ids.Count];
        var ways = lines.Objects()
            .Select(line => (From: ids.IndexOf(line["source"].Text("activity")), To: ids.IndexOf(line["target"].Text("activity"))))
            .Where(way => way.From >= 0 && way.To >= 0 && way.From != way.To)
            .ToList();
        // A line back leads to a step that has its place already: nothing moves further than there are steps.
        for (var round = 1; round < ids.Count; round++)
        {
            foreach (var (from, to) in ways.Where(way => columns[way.To] < columns[way.From] + 1 && columns[way.From] + 1 <= round))
                columns[to] = columns[from] + 1;
        }
        return columns;
    }
}
