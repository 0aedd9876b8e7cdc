using System.Text.Json.Nodes;

namespace AutoForge.Workflows;

/// <summary>A step on the canvas.</summary>
/// <param name="Id">Unique on the canvas, of letters, digits, <c>-</c> and <c>_</c>.</param>
/// <param name="Name">Unique on the canvas; what expressions call it.</param>
/// <param name="Column">From 0 at the left.</param>
/// <param name="Outcomes">The ways out that its type declares; it may have more by its settings.</param>
/// <param name="Json">As it stands in the document.</param>
internal sealed record CanvasNode(string Id, string Name, int Column, IReadOnlyList<string> Outcomes, JsonObject Json)
{
    private const string Done = "Done";

    /// <exception cref="ArgumentException">The type does not leave by <c>Done</c>, and only the author knows which way is meant.</exception>
    public string DefaultOutcome => Outcomes.Contains(Done) ? Done : throw new ArgumentException(
        Outcomes.Count == 0
            ? $"'{Name}' does not leave by '{Done}': say by which way with 'after', or draw branches with On."
            : $"'{Name}' does not leave by '{Done}' but by {string.Join(", ", Outcomes.Select(outcome => $"'{outcome}'"))}: say which one with 'after', or draw branches with On.");
}
