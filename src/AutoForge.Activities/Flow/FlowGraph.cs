namespace AutoForge.Activities.Flow;

/// <summary>A connection by positions of activities.</summary>
/// <param name="Index">Position among the connections of the graph.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Port">The outcome that it follows.</param>
/// <param name="Target">Where it leads.</param>
internal sealed record FlowEdge(int Index, int Source, string Port, int Target)
{
    /// <summary>Whether it leads back into a loop: it would close a cycle, seen from the start outwards.</summary>
    public bool IsBackward { get; set; }

    /// <summary>For backward connections: whether every way to the source passes the target, so that it is a loop and no jump into one.</summary>
    public bool IsLoop { get; set; }
}

/// <summary>The connections of a flowchart as they look from one start. Made once, shared by all runs.</summary>
internal sealed class FlowGraph
{
    private readonly FlowEdge[][] _outbound;
    private readonly FlowEdge[][] _inbound;

    public FlowGraph(int activities, IEnumerable<(int Source, string Port, int Target)> connections, int start)
    {
        var edges = connections.Select((connection, index) => new FlowEdge(index, connection.Source, connection.Port, connection.Target)).ToArray();
        Start = start;
        EdgeCount = edges.Length;
        _outbound = [.. Enumerable.Range(0, activities).Select(at => edges.Where(edge => edge.Source == at).ToArray())];
        var reached = Classify(start);
        _inbound = [.. Enumerable.Range(0, activities).Select(at => edges.Where(edge => edge.Target == at && reached[edge.Source]).ToArray())];
    }

    public int Start { get; }
    public int Count => _outbound.Length;
    public int EdgeCount { get; }

    public IReadOnlyList<FlowEdge> Outbound(int activity) => _outbound[activity];

    /// <summary>From activities that can be reached from the start.</summary>
    public IReadOnlyList<FlowEdge> Inbound(int activity) => _inbound[activity];

    public IEnumerable<FlowEdge> ForwardInbound(int activity) => _inbound[activity].Where(edge => !edge.IsBackward);

    /// <summary>Everything from which forward connections lead to the activity.</summary>
    public bool[] AncestorsOf(int activity)
    {
        var found = new bool[Count];
        var open = new Stack<int>([activity]);
        while (open.TryPop(out var at))
        {
            foreach (var edge in ForwardInbound(at))
            {
                if (!found[edge.Source])
                {
                    found[edge.Source] = true;
                    open.Push(edge.Source);
                }
            }
        }

        return found;
    }

    // Breadth first: of the connections of a cycle, the one that is met last leads backward.
    private bool[] Classify(int start)
    {
        var reached = new bool[Count];
        var met = new bool[EdgeCount];
        var open = new Queue<int>([start]);
        reached[start] = true;
        while (open.TryDequeue(out var at))
        {
            foreach (var edge in _outbound[at])
            {
                edge.IsBackward = Leads(edge.Target, edge.Source, next => met[next.Index] && !next.IsBackward);
                edge.IsLoop = edge.IsBackward && (edge.Target == start || !Leads(start, edge.Source, next => next.Target != edge.Target));
                met[edge.Index] = true;
                if (!reached[edge.Target])
                {
                    reached[edge.Target] = true;
                    open.Enqueue(edge.Target);
                }
            }
        }

        return reached;
    }

    private bool Leads(int from, int to, Func<FlowEdge, bool> may)
    {
        var seen = new bool[Count];
        var open = new Stack<int>([from]);
        while (open.TryPop(out var at))
        {
            if (at == to)
                return true;
            if (seen[at])
                continue;

            seen[at] = true;
            foreach (var edge in _outbound[at].Where(may))
                open.Push(edge.Target);
        }

        return false;
    }
}
