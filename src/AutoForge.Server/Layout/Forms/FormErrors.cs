using AutoForge.Server.Api.Problems;

namespace AutoForge.Server.Layout.Forms;

/// <summary>What is wrong with what somebody typed: by field, and as a whole.</summary>
public sealed class FormErrors
{
    private readonly Dictionary<string, string> _byField = [];

    /// <summary>What belongs to no field; null = nothing.</summary>
    public string? General { get; private init; }

    /// <summary>The status of the page that shows the form again.</summary>
    internal int Status { get; private init; } = StatusCodes.Status200OK;

    /// <summary>Null = nothing is wrong with it.</summary>
    public string? this[string field] => _byField.GetValueOrDefault(field);

    /// <summary>A form that nobody has sent yet.</summary>
    public static FormErrors None { get; } = new();

    /// <summary>What the API would answer, laid beside the fields of the form.</summary>
    /// <param name="fields">The form's fields; what concerns others stands above them all.</param>
    internal static FormErrors From(AutoForgeException exception, HttpContext context, params IReadOnlyCollection<string> fields)
    {
        var problem = ProblemMapping.From(exception, context);
        var beside = problem.Errors?.Where(error => fields.Contains(error.Field)).ToList() ?? [];
        var others = problem.Errors?.Except(beside).Select(error => error.Message).ToList() ?? [];
        var errors = new FormErrors
        {
            Status = problem.Status,
            General = beside.Count == 0 && others.Count == 0 ? problem.Detail : others.Count > 0 ? string.Join(" ", others) : null,
        };
        foreach (var error in beside)
            errors._byField.TryAdd(error.Field, error.Message);
        return errors;
    }

    internal FormErrors Beside(string field, string code, AutoForgeException exception)
    {
        if (exception.Code != code)
            return this;
        var errors = new FormErrors { Status = Status };
        errors._byField[field] = exception.Message;
        return errors;
    }
}
