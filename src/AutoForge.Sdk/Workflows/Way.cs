using AutoForge.Activities;

namespace AutoForge.Workflows;

/// <summary>A row of steps on the canvas, each following the one before.</summary>
/// <param name="canvas">Shared by all ways of a workflow.</param>
/// <param name="lane">The row, from 0 at the top.</param>
/// <param name="ends">What the next step follows; several at a start with several triggers.</param>
internal sealed class Way(Canvas canvas, int lane, List<WayEnd> ends)
{
    private List<WayEnd> _ends = ends;
    private bool _hasSteps;
    private bool _isOver;

    public void Start(Activity activity, string? name)
    {
        if (_hasSteps)
            throw new InvalidOperationException("A workflow starts before its first step: call StartsWith before Then.");
        // The first start stands on the main row, others below.
        var node = canvas.Add(activity, name, column: 0, _ends.Count == 0 ? lane : canvas.NewLane(), isStart: activity is Trigger);
        _ends.Add(new WayEnd(node, Outcome: null));
    }

    public void Then(Activity activity, string? name, string? after)
    {
        var ends = Resolve(after);
        var node = canvas.Add(activity, name, ends.Select(end => end.Node.Column + 1).DefaultIfEmpty(0).Max(), lane, isStart: false);
        foreach (var end in ends)
            canvas.Connect(end.Node, end.Outcome!, node);
        _ends = [new WayEnd(node, Outcome: null)];
        _hasSteps = true;
    }

    public void On(string outcome, Action<Branch> draw)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(outcome);
        if (_ends is not [{ Outcome: null }])
            throw new InvalidOperationException("A branch follows one step: add one before it.");
        draw(new Branch(new Way(canvas, canvas.NewLane(), [_ends[0] with { Outcome = outcome }])));
    }

    public void GoTo(string name, string? after)
    {
        foreach (var end in Resolve(after))
            canvas.ConnectLater(end.Node, end.Outcome!, name);
        _isOver = true;
    }

    private List<WayEnd> Resolve(string? after)
    {
        if (_isOver)
            throw new InvalidOperationException("The branch has gone to another step already.");
        if (after is not null && _ends.Find(end => end.Outcome is not null) is { Outcome: { } outcome })
            throw new ArgumentException($"The branch begins with '{outcome}' already; it cannot begin with '{after}'.", nameof(after));
        return [.. _ends.Select(end => end with { Outcome = end.Outcome ?? after ?? end.Node.DefaultOutcome })];
    }
}

/// <summary>Where a way stands.</summary>
/// <param name="Node">The last step.</param>
/// <param name="Outcome">The way out that the next step follows; null = the one it is told, or <c>Done</c>.</param>
internal sealed record WayEnd(CanvasNode Node, string? Outcome);
