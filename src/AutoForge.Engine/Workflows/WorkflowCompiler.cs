using System.Text.Json;
using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Expressions;
using AutoForge.Engine.Prices;
using AutoForge.Expressions;

namespace AutoForge.Engine.Workflows;

/// <summary>Turns an Elsa 3 document into something that runs. The document itself is never changed.</summary>
internal sealed class WorkflowCompiler(ActivityCatalogue catalogue, ExpressionCompiler expressions, Func<PriceList> prices)
{
    /// <summary>
    /// Compiles what can be compiled: a wrong field faults the run when it gets there, so that documents of other servers load.
    /// What is wrong stands in <see cref="CompiledWorkflow.Problems"/>; <see cref="WorkflowValidator"/> adds to it.
    /// </summary>
    /// <exception cref="AutoForgeException"><c>root_missing</c>, or <c>too_many_steps</c>.</exception>
    public CompiledWorkflow Compile(JsonObject document)
    {
        if (document["root"] is not JsonObject root)
            throw new AutoForgeException("root_missing", "The workflow has no root activity.");

        var tree = new ActivityTree(catalogue, new(expressions));
        tree.Add(root, parent: null);

        return new(tree.Activities)
        {
            Price = prices().PriceOf(tree.Activities),
            Name = document.Text("name") ?? "",
            Variables = VariableReader.Read(document["variables"]),
            Outputs = OutputNames(document["outputs"]),
            IncidentStrategy = StrategyOf(document["options"] as JsonObject),
            SuccessCondition = ConditionIn(document["customProperties"] as JsonObject, tree.Problems),
            Problems = tree.Problems,
        };
    }

    // {"type": "Template", "value": "…"} under a name of ours, which other servers keep and ignore.
    private Expression? ConditionIn(JsonObject? properties, List<WorkflowProblem> problems)
    {
        if (properties?["successCondition"] is not { } node)
            return null;
        try
        {
            var condition = node.Deserialize<Expression>() ?? throw new JsonException();
            expressions.Compile(condition, typeof(bool), TextEncoding.None);
            return condition;
        }
        catch (Exception exception) when (exception is JsonException or AutoForgeException)
        {
            problems.Add(new("", "successCondition",
                exception is AutoForgeException ? exception.Message : "The success condition must be an expression with 'type' and 'value'."));
            return null;
        }
    }

    private static HashSet<string> OutputNames(JsonNode? outputs) =>
        (outputs as JsonArray ?? []).OfType<JsonObject>().Select(output => output.Text("name")).OfType<string>().ToHashSet(StringComparer.Ordinal);

    // The document names a class of Elsa, assembly included.
    private static IncidentStrategy StrategyOf(JsonObject? options) =>
        options?.Text("incidentStrategyType")?.Contains("ContinueWithIncidents", StringComparison.Ordinal) == true
            ? IncidentStrategy.ContinueWithIncidents
            : IncidentStrategy.Fault;
}
