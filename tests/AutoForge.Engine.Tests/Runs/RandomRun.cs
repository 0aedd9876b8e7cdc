using System.Globalization;
using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Runs;
using static AutoForge.Engine.Tests.Runs.Documents;

namespace AutoForge.Engine.Tests.Runs;

/// <summary>A run of a random workflow in which order matters: branches share variables, wait, fail and try again.</summary>
internal sealed class RandomRun
{
    private readonly Random _random;
    private readonly bool _safeOnly;
    private readonly JsonObject _document;
    private readonly Dictionary<string, int> _failuresLeft = [];
    private int _nodes;

    /// <param name="seed">Names the workflow.</param>
    /// <param name="safeOnly">Leaves out what must not be repeated, and failures, whose backoff depends on the number of tries.</param>
    public RandomRun(int seed, bool safeOnly = false)
    {
        _random = new(seed);
        _safeOnly = safeOnly;
        _document = Workflow(Parallel(2 + _random.Next(3), depth: 2), Variable("a", "a0"), Variable("b", "b0"));
        Outside.OnEffect = text =>
        {
            var id = text.Split(' ')[0];
            if (_failuresLeft.GetValueOrDefault(id) > 0)
            {
                _failuresLeft[id]--;
                throw new FaultException(new Fault("busy", "Busy.", Retryable: true));
            }
        };
        Run = NewRun(new());
    }

    public Outside Outside { get; } = new();
    public TestRun Run { get; private set; }
    public int DieBeforeFlush { get; init; }
    public int DieAfterFlush { get; init; }
    public bool HasDied { get; private set; }

    public async Task<WalkResult> ToEndAsync()
    {
        if (DieBeforeFlush + DieAfterFlush > 0)
            Run = NewRun(new() { BeforeFlush = count => Die(count == DieBeforeFlush), AfterFlush = count => Die(count == DieAfterFlush) });

        while (true)
        {
            try
            {
                return await Run.WalkToEndAsync();
            }
            catch (NodeDied)
            {
                HasDied = true;
            }
        }
    }

    private TestRun NewRun(MemoryJournal journal) => new(_document, Outside) { Journal = journal };

    private static void Die(bool now)
    {
        if (now)
            throw new NodeDied();
    }

    private JsonObject Node(int depth) => _random.Next(depth > 0 ? 12 : 9) switch
    {
        0 or 1 => Delay(Id("delay"), TimeSpan.FromSeconds(_random.Next(4) * 10)),
        2 or 3 => LineOf(Id("line"), AnyVariable()),
        4 => Set(Id("set"), AnyVariable(), Id("value")),
        5 => Effect("Safe"),
        6 or 7 => Effect("Unsafe"),
        8 => Effect("Unsafe").Output("answer", AnyVariable()),
        9 => Parallel(2 + _random.Next(2), depth - 1),
        10 => Fork(depth - 1),
        _ => Sequence(2 + _random.Next(3), depth - 1),
    };

    private JsonObject Effect(string effect)
    {
        var id = Id("touch");
        if (_random.Next(3) == 0 && !_safeOnly)
            _failuresLeft[id] = 1 + _random.Next(2);

        // What is sent depends on the order of everything before.
        return Documents.Touch(id, _safeOnly ? "Safe" : effect)
            .Input("retries", "5")
            .FromVariable("headers", AnyVariable());
    }

    private JsonObject Parallel(int branches, int depth) =>
        Container("Elsa.Parallel", Id("parallel"), [.. Enumerable.Range(0, branches).Select(_ => Sequence(2 + _random.Next(3), depth))]);

    private JsonObject Fork(int depth) => Documents.Node("Elsa.Fork", Id("fork"))
        .With("joinMode", _random.Next(2) == 0 ? "WaitAny" : "WaitAll")
        .With("branches", new JsonArray(Sequence(2, depth), Sequence(2, depth)));

    private JsonObject Sequence(int steps, int depth) =>
        Container("Elsa.Sequence", Id("sequence"), [.. Enumerable.Range(0, steps).Select(_ => Node(depth))]);

    private string AnyVariable() => _random.Next(2) == 0 ? "a" : "b";

    private string Id(string kind) => string.Create(CultureInfo.InvariantCulture, $"{kind}{++_nodes}");

    private sealed class NodeDied : Exception;
}
