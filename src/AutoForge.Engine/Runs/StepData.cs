using System.Text.Json.Nodes;
using AutoForge.Engine.Expressions;
using AutoForge.Engine.Steps;

namespace AutoForge.Engine.Runs;

/// <summary>What the expressions of one step can see.</summary>
internal sealed class StepData(StepContext step) : ExpressionData
{
    public override bool TryGetVariable(string id, out object? value) => step.TryGetVariable(id, out value);

    public override JsonNode? GetInput(string name) => step.Run.Input[name];

    public override JsonObject? GetRoot(string name) => name switch
    {
        "trigger" => step.Run.Trigger,
        "steps" => step.Walk.Facts.Steps,
        "variables" => Variables(),
        "run" => step.Walk.Facts.Run,
        "workflow" => step.Walk.Facts.Workflow,
        _ => null,
    };

    private JsonObject Variables()
    {
        var names = new JsonObject();
        for (var context = step; context is not null; context = context.Owner)
            context.Scope?.CopyTo(names);
        step.Walk.Variables.CopyTo(names);
        return names;
    }
}
