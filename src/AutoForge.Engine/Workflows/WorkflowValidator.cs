using System.Text.Json;
using AutoForge.Activities;
using AutoForge.Engine.Expressions;
using AutoForge.Expressions;

namespace AutoForge.Engine.Workflows;

/// <summary>Says everything that is wrong with a workflow at once, so that it can be mended at once.</summary>
internal sealed class WorkflowValidator(ExpressionCompiler expressions)
{
    public IReadOnlyList<WorkflowProblem> Validate(CompiledWorkflow workflow)
    {
        var problems = new List<WorkflowProblem>(workflow.Problems);
        if (workflow.Activities.All(compiled => compiled.Descriptor is { IsStep: false }))
            problems.Add(new("", "root", "The workflow has no steps yet: add at least one."));

        foreach (var compiled in workflow.Activities)
        {
            // The journal finds a step again by its id, which must be stored as it is.
            if (compiled.Activity.Id.Any(char.IsControl))
                problems.Add(new(compiled.Activity.Id, "id", "An id may not hold control characters."));
            if (compiled.Activity is Container container)
                CheckIds(container, problems);
            if (compiled.Descriptor is { } descriptor)
                CheckFields(compiled, descriptor, problems);
        }

        return problems;
    }

    private static void CheckIds(Container container, List<WorkflowProblem> problems)
    {
        foreach (var twins in container.Children.GroupBy(child => child.Id, StringComparer.Ordinal).Where(twins => twins.Count() > 1))
            problems.Add(new(twins.Key, "id", $"{twins.Count()} activities have the id '{twins.Key}': connections could mean either."));
    }

    private void CheckFields(CompiledActivity compiled, ActivityDescriptor descriptor, List<WorkflowProblem> problems)
    {
        var activity = compiled.Activity;
        foreach (var field in descriptor.Inputs.Where(input => input.IsWrapped))
        {
            if (MessageFor(compiled, field) is { } message)
                problems.Add(new(activity.Id, field.Name, message));
        }

        foreach (var property in descriptor.Properties)
        {
            foreach (var expression in property.ExpressionsIn(activity))
            {
                if (ProblemOf(expression) is { } message)
                    problems.Add(new(activity.Id, property.Name, message));
            }
        }

        activity.Validate(new(compiled.Literal, (field, message) => problems.Add(new(activity.Id, field, message))));
    }

    private static string? MessageFor(CompiledActivity compiled, InputDescriptor field)
    {
        var input = compiled.Inputs.FirstOrDefault(input => input.Descriptor == field);
        if (input?.Problem is { } problem)
            return problem.Message;

        var isLiteral = input is null || input.Input.Expression!.Type is ExpressionTypes.Literal or ExpressionTypes.Object;
        if (!isLiteral)
            return null;

        var text = compiled.Literal(field.Name);
        if (string.IsNullOrWhiteSpace(text))
            return !field.Attributes.Required ? null : field.Attributes.Connection is null ? $"{field.DisplayName} is missing." : "Choose a connection.";

        var unknown = ValuesOf(text).FirstOrDefault(value => field.Attributes.Options.Length > 0 && !field.Attributes.Options.Contains(value));
        return unknown is null ? null : $"'{unknown}' is not one of {string.Join(", ", field.Attributes.Options)}.";
    }

    // A list, as JSON text, has its options checked one by one.
    private static string[] ValuesOf(string text)
    {
        if (!text.StartsWith('['))
            return [text];

        try
        {
            return JsonSerializer.Deserialize<string[]>(text) ?? [];
        }
        catch (JsonException)
        {
            return [text];
        }
    }

    private string? ProblemOf(Expression expression)
    {
        try
        {
            if (!expressions.IsKnown(expression.Type))
                return InputBinder.Unavailable(expression.Type).Message;
            expressions.Compile(expression, typeof(bool), TextEncoding.None);
            return null;
        }
        catch (AutoForgeException problem)
        {
            return problem.Message;
        }
    }
}
