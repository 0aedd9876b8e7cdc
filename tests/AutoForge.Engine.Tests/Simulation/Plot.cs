using System.Globalization;
using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Testing.Running;
using static AutoForge.Engine.Tests.Runs.Documents;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>A workflow drawn at random from few building blocks, with what must be true of its runs.</summary>
internal sealed class Plot
{
    private readonly Random _random;
    private readonly List<JsonObject> _steps = [Draw.Webhook()];
    private readonly List<JsonObject> _connections = [];
    private readonly HashSet<string> _certain = [];
    private int _nodes;

    public Plot(Random random)
    {
        _random = random;
        for (var left = 1 + random.Next(3); left > 0; left--)
            AddStep();
        Document = Draw.Flowchart("Story", [.. _steps], [.. _connections]);
    }

    public JsonObject Document { get; }

    /// <summary>Nothing in it fails: its runs succeed, unless they are cancelled or given up.</summary>
    public bool IsHarmless { get; private set; } = true;

    /// <summary>Something in it always fails, and nothing catches it: none of its runs succeeds.</summary>
    public bool MustFail { get; private set; }

    /// <summary>Steps that have had their effect when a run has succeeded.</summary>
    public IReadOnlySet<string> Certain => _certain;

    // Behind whatever came last, by each way out of it that leads on.
    private void AddStep()
    {
        switch (_random.Next(12))
        {
            case 0:
                Add(Line(Id("line"), "A step without effect."));
                break;
            case 1 or 2:
                Add(ADelay());
                break;
            case 3:
                Add(Fork());
                break;
            case 4 when _random.Next(2) == 0:
                Add(Node("Elsa.Fault", Id("fault")).Input("message", "On purpose."));
                (MustFail, IsHarmless) = (true, false);
                break;
            case 5:
                AddCallThatFails();
                break;
            case 6 or 7:
                AddCertain(ACall(StepEffect.Safe, failures: 1 + _random.Next(2), retries: 2));
                break;
            case 8 or 9:
                AddCertain(ACall(StepEffect.Unsafe, failures: _random.Next(3) == 0 ? 1 : 0, retries: 1));
                break;
            default:
                AddCertain(ACall(StepEffect.Safe));
                break;
        }
    }

    private void AddCertain(JsonObject call)
    {
        _certain.Add(IdOf(call));
        Add(call);
    }

    /// <summary>All its tries fail. Either the canvas catches that, or the run fails.</summary>
    private void AddCallThatFails()
    {
        var call = ACall(StepEffect.Safe, Call.Always, retries: _random.Next(2));
        Add(call);
        if (_random.Next(2) == 0)
        {
            (MustFail, IsHarmless) = (true, false);
            return;
        }
        var caught = Line(Id("caught"), "It failed, and that is taken care of.");
        _steps.Add(caught);
        _connections.Add(Draw.Connect(call, "Failed", caught));
    }

    private void Add(JsonObject step)
    {
        _connections.Add(Draw.Connect(_steps[^1], "Done", step));
        _steps.Add(step);
    }

    private JsonObject Fork() => Node("Elsa.Fork", Id("fork"))
        .With("joinMode", _random.Next(2) == 0 ? "WaitAny" : "WaitAll")
        .With("branches", new JsonArray(Branch(), Branch()));

    private JsonObject Branch()
    {
        var first = _random.Next(3) == 0 ? ACall(StepEffect.Safe, failures: 1, retries: 1) : ADelay();
        return Container("Elsa.Sequence", Id("branch"), first, ACall(_random.Next(3) == 0 ? StepEffect.Unsafe : StepEffect.Safe));
    }

    private JsonObject ADelay() => Delay(Id("delay"), TimeSpan.FromSeconds(10 * _random.Next(1, 60)));

    private JsonObject ACall(StepEffect effect, int failures = 0, int retries = 0)
    {
        if (effect == StepEffect.Unsafe)
            IsHarmless = false;
        return Node("Simulation.Call", Id("call"))
            .Input("effect", effect.ToString())
            .Input("failures", failures.ToString(CultureInfo.InvariantCulture))
            .Input("retries", retries.ToString(CultureInfo.InvariantCulture));
    }

    private string Id(string kind) => string.Create(CultureInfo.InvariantCulture, $"{kind}{++_nodes}");

    private static string IdOf(JsonObject node) => node["id"]!.GetValue<string>();
}
