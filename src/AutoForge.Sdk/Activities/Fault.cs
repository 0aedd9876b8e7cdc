namespace AutoForge.Activities;

/// <summary>Why a step failed: data that is stored, shown and decides on retries.</summary>
/// <param name="Code">Stable snake_case code, such as <c>http_status</c> or <c>smtp_rejected</c>.</param>
/// <param name="Message">One sentence for the user; never holds a secret.</param>
/// <param name="Retryable">Whether trying the same again may help.</param>
/// <param name="RetryAfter">The other side's own wish when to try again; null = the backoff decides.</param>
public sealed record Fault(string Code, string Message, bool Retryable = false, TimeSpan? RetryAfter = null);

/// <summary>Thrown by an activity to fail its step.</summary>
public sealed class FaultException(Fault fault, Exception? innerException = null) : Exception(fault.Message, innerException)
{
    /// <summary>What is stored and shown.</summary>
    public Fault Fault { get; } = fault;

    /// <summary>A failure that trying again does not mend.</summary>
    public FaultException(string code, string message, Exception? innerException = null)
        : this(new Fault(code, message), innerException) { }
}
