using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Steps;

namespace AutoForge.Engine.Runs;

/// <summary>
/// The roots of templates that grow with the run. Built when the first expression asks: most steps of most runs never do,
/// and copying every output would be the dearest part of the walk.
/// </summary>
internal sealed class RunFacts(Walk walk)
{
    private readonly List<(Activity Activity, JsonObject? Output, Fault? Fault)> _unread = [];
    private readonly JsonObject _steps = [];

    /// <summary>Outputs by name and by id of the activity; of several visits the last one counts.</summary>
    public JsonObject Steps
    {
        get
        {
            foreach (var (activity, output, fault) in _unread)
            {
                _steps[activity.Id] = Describe(output, fault);
                if (activity.Name is { Length: > 0 } name && name != activity.Id)
                    _steps[name] = Describe(output, fault);
            }

            _unread.Clear();
            return _steps;
        }
    }

    public JsonObject Run => new()
    {
        ["id"] = walk.Run.RunId.ToString(),
        ["acceptedAt"] = StepValue.ToNode(walk.Run.AcceptedAt),
        ["correlationId"] = walk.CorrelationId,
    };

    public JsonObject Workflow => field ??= new()
    {
        ["id"] = walk.Run.WorkflowId,
        ["name"] = walk.Run.WorkflowName,
        ["version"] = walk.Run.Version,
    };

    /// <summary>A step has ended; <paramref name="output"/> stays the caller's.</summary>
    public void Add(Activity activity, JsonObject? output, Fault? fault) => _unread.Add((activity, output, fault));

    private static JsonObject Describe(JsonObject? output, Fault? fault)
    {
        var facts = output is null ? [] : (JsonObject)output.DeepClone();
        if (fault is not null)
            facts["error"] = new JsonObject { ["code"] = fault.Code, ["message"] = fault.Message };
        return facts;
    }
}
