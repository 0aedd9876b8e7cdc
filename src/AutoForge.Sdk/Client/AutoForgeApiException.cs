using System.Net;

namespace AutoForge.Client;

/// <summary>The server refused a call: its RFC 9457 problem. <see cref="AutoForgeException.Code"/> is safe to match on.</summary>
/// <remarks>An answer that is no problem of AutoForge (a proxy's page, say) has the code <c>unexpected_answer</c>.</remarks>
public sealed class AutoForgeApiException : AutoForgeException
{
    internal AutoForgeApiException(HttpStatusCode status, string code, string detail, Exception? innerException = null)
        : base(code, detail, innerException) => Status = status;

    /// <summary>HTTP status of the answer.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>What is wrong in this case, in words for a person; the same as the message.</summary>
    public string Detail => Message;

    /// <summary>Every field that is wrong, all at once; empty unless the request was not valid.</summary>
    public IReadOnlyList<FieldError> Errors { get; internal init; } = [];

    /// <summary>How long the server asks to be left alone; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; internal init; }

    /// <summary>Finds a failure of the server in its log; null for other problems.</summary>
    public string? TraceId { get; internal init; }
}

/// <summary>What is wrong with one field.</summary>
/// <param name="Field">Name in the request, or of an activity's input.</param>
/// <param name="Message">What is wrong and how to mend it.</param>
/// <param name="ActivityId">The activity that the field belongs to; empty for the workflow itself, null when it is not about a workflow.</param>
public sealed record FieldError(string Field, string Message, string? ActivityId = null);
