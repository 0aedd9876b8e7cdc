namespace AutoForge;

/// <summary>An error that a user or an operator can mend. Bugs throw the exceptions of the base class library instead.</summary>
/// <param name="code">Stable, documented, snake_case; safe to match on.</param>
/// <param name="message">One sentence for a person; never holds a secret.</param>
/// <param name="innerException">What caused it, for the log.</param>
public class AutoForgeException(string code, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>Stable, documented, snake_case; safe to match on.</summary>
    public string Code { get; } = code;
}
