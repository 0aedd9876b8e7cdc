using System.Text.Json.Nodes;
using AutoForge.Activities;

namespace AutoForge.Workflows;

/// <summary>Draws a flowchart from left to right. Steps are read when they are added; changing an activity afterwards changes nothing.</summary>
public sealed class WorkflowBuilder
{
    private const string Schema = "https://elsaworkflows.io/schemas/workflow-definition/v3.0.0/schema.json";

    private readonly Canvas _canvas = new();
    private readonly Way _way;
    private readonly JsonObject _document;
    private readonly JsonArray _variables = [];
    private readonly JsonArray _inputs = [];
    private readonly JsonArray _outputs = [];

    internal WorkflowBuilder(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _way = new Way(_canvas, _canvas.NewLane(), []);
        _document = new JsonObject { ["$schema"] = Schema, ["name"] = name };
    }

    /// <summary>Says what the workflow is for.</summary>
    public WorkflowBuilder DescribedAs(string description) => With("description", description);

    /// <summary>Fixes the workflow's identity: up to 200 letters, digits and <c>- _ . :</c>. Default: the server makes one.</summary>
    public WorkflowBuilder WithId(string definitionId) => With("definitionId", definitionId);

    /// <summary>Declares a variable of the whole workflow.</summary>
    public WorkflowBuilder WithVariable(Variable variable)
    {
        _variables.Add(ActivityWriter.Write(variable));
        return this;
    }

    /// <summary>Declares an input that a start by hand or by API may give; read it with <c>Expression.Input(name)</c>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="typeName">Such as <c>String</c> or <c>Int32</c>.</param>
    public WorkflowBuilder WithInput(string name, string typeName = "Object")
    {
        _inputs.Add(new JsonObject { ["name"] = name, ["displayName"] = name, ["type"] = typeName, ["isArray"] = false });
        return this;
    }

    /// <summary>Declares an output that steps may set.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="typeName">Such as <c>String</c> or <c>Int32</c>.</param>
    public WorkflowBuilder WithOutput(string name, string typeName = "Object")
    {
        _outputs.Add(new JsonObject { ["name"] = name, ["displayName"] = name, ["type"] = typeName, ["isArray"] = false });
        return this;
    }

    /// <summary>Sets a property of the document that has no method here, such as <c>options</c>.</summary>
    public WorkflowBuilder With(string property, JsonNode? value)
    {
        _document[property] = value;
        return this;
    }

    /// <summary>Adds what the workflow starts with. Called again, it adds another start that leads to the same next step.</summary>
    /// <param name="activity">A trigger starts runs once the workflow is published; any other activity is just the first step.</param>
    /// <param name="name">As in <see cref="Then"/>.</param>
    /// <exception cref="InvalidOperationException">A step has been added already: starts come first.</exception>
    public WorkflowBuilder StartsWith(Activity activity, string? name = null)
    {
        _way.Start(activity, name);
        return this;
    }

    /// <summary>Adds a step that follows the last one.</summary>
    /// <param name="activity">What to do.</param>
    /// <param name="name">
    /// What expressions call it: <c>steps.name.output</c>. Unique in the workflow. Default: the activity's own
    /// <see cref="Activity.Name"/>, else its type and a number, such as <c>HttpRequest1</c>.
    /// </param>
    /// <param name="after">The outcome of the last step that leads here. Default: <c>Done</c>.</param>
    /// <exception cref="ArgumentException">The name is taken, or the last step does not leave by <c>Done</c> and no outcome is given.</exception>
    public WorkflowBuilder Then(Activity activity, string? name = null, string? after = null)
    {
        _way.Then(activity, name, after);
        return this;
    }

    /// <summary>Draws what follows another outcome of the last step, such as <c>Failed</c>. The main way goes on after it as if it were not there.</summary>
    /// <param name="outcome">Of the last step.</param>
    /// <param name="draw">Adds the steps of the branch. It ends with its last one, or joins another way with <see cref="Branch.GoesTo"/>.</param>
    public WorkflowBuilder On(string outcome, Action<Branch> draw)
    {
        _way.On(outcome, draw);
        return this;
    }

    /// <summary>The workflow as it has been drawn so far.</summary>
    /// <exception cref="InvalidOperationException">It has no steps, or a branch goes to a step that there is not.</exception>
    public WorkflowDefinition Build()
    {
        var document = (JsonObject)_document.DeepClone();
        document["variables"] = _variables.DeepClone();
        document["inputs"] = _inputs.DeepClone();
        document["outputs"] = _outputs.DeepClone();
        document["root"] = _canvas.ToFlowchart();
        return new WorkflowDefinition(document);
    }
}
