namespace AutoForge.Activities;

/// <summary>Collects what is wrong with one node when its workflow is published.</summary>
/// <param name="literal">Gives the value of a literal input by camelCase name; null when unset or not literal.</param>
/// <param name="add">Takes field and message.</param>
public sealed class ActivityValidation(Func<string, string?> literal, Action<string, string> add)
{
    /// <summary>The literal value of an input by camelCase name; null when it is unset or only known when the run gets there.</summary>
    public string? Literal(string inputName) => literal(inputName);

    /// <summary>Adds a problem beside a field (camelCase) in words that say how to mend it.</summary>
    public void Add(string field, string message) => add(field, message);
}
