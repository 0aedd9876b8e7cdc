namespace AutoForge.Server.Api.Problems;

/// <summary>Fields of a request that are well formed but not acceptable; all of them at once.</summary>
internal sealed class InvalidInputException(IReadOnlyList<FieldError> errors)
    : AutoForgeException("validation_failed", string.Join(" ", errors.Select(error => error.Message)))
{
    public IReadOnlyList<FieldError> Errors { get; } = errors;

    public InvalidInputException(string field, string message)
        : this([new FieldError(field, message)]) { }
}
