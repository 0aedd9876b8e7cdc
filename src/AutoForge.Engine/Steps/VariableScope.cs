using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Steps;

/// <summary>The variables of one execution of a container, or of the whole run. Few, so that a list is the fastest dictionary.</summary>
internal sealed class VariableScope
{
    private readonly List<(Variable Variable, object? Value)> _variables = [];

    public VariableScope(IEnumerable<Variable> variables)
    {
        foreach (var variable in variables)
            Declare(variable);
    }

    /// <summary>Replaces a variable of the same id.</summary>
    public void Declare(Variable variable)
    {
        var entry = (variable, StepValue.Of(variable.Value));
        var at = IndexOf(variable.Id);
        if (at < 0)
            _variables.Add(entry);
        else
            _variables[at] = entry;
    }

    public bool TryGet(string id, out object? value)
    {
        var at = IndexOf(id);
        value = at < 0 ? null : _variables[at].Value;
        return at >= 0;
    }

    /// <exception cref="FaultException"><c>variable_type</c>: the value does not fit the variable.</exception>
    public bool TrySet(string id, object? value)
    {
        var at = IndexOf(id);
        if (at < 0)
            return false;

        var variable = _variables[at].Variable;
        try
        {
            _variables[at] = (variable, VariableTypes.Convert(value, variable));
        }
        catch (AutoForgeException exception)
        {
            throw new FaultException("variable_type", $"Variable '{variable.Name}': {exception.Message}", exception);
        }

        return true;
    }

    /// <summary>Adds the variables by name; those that are there already, from scopes further inside, stay.</summary>
    public void CopyTo(JsonObject names)
    {
        foreach (var (variable, value) in _variables)
        {
            if (!names.ContainsKey(variable.Name))
                names[variable.Name] = StepValue.ToNode(value);
        }
    }

    public IReadOnlyDictionary<string, object?> ByName()
    {
        var names = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (variable, value) in _variables)
            names[variable.Name] = value;
        return names;
    }

    private int IndexOf(string id)
    {
        for (var at = 0; at < _variables.Count; at++)
        {
            if (_variables[at].Variable.Id == id)
                return at;
        }

        return -1;
    }
}
