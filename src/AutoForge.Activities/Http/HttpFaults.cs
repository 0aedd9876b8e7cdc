using System.Net;

namespace AutoForge.Activities.Http;

/// <summary>What went wrong with a request, and whether sending it again may help and does no harm.</summary>
internal static class HttpFaults
{
    /// <summary>An answer that was not expected.</summary>
    public static Fault Status(HttpResponseMessage response, TimeProvider time)
    {
        var status = (int)response.StatusCode;
        return new("http_status", $"The server answered {status} {Phrase(response.StatusCode)}".TrimEnd() + ".",
            Retryable: status is 408 or 425 or 429 or >= 500,
            RetryAfter: RetryAfter(response, time));
    }

    /// <param name="url">What was called.</param>
    /// <param name="seconds">The time limit.</param>
    /// <param name="mayRepeat">Whether the request may arrive twice.</param>
    public static Fault Timeout(Uri url, int seconds, bool mayRepeat) =>
        new("http_timeout", $"{url.Host} did not answer within {seconds} seconds.{Doubt(mayRepeat)}", Retryable: mayRepeat);

    /// <param name="url">What was called.</param>
    /// <param name="error">Null when the connection broke in the middle of the answer.</param>
    /// <param name="mayRepeat">Whether the request may arrive twice.</param>
    public static Fault Connection(Uri url, HttpRequestException? error, bool mayRepeat) => error?.HttpRequestError switch
    {
        // Up to here nothing was sent, so any request may be tried again.
        HttpRequestError.NameResolutionError => new("http_connection", $"The host {url.Host} was not found.", Retryable: true),
        HttpRequestError.ConnectionError => new("http_connection", $"No connection to {url.Host}:{url.Port} could be made.", Retryable: true),
        HttpRequestError.SecureConnectionError => new("http_connection", $"No secure connection to {url.Host} could be made; its certificate may be invalid."),
        _ => new("http_connection", $"The connection to {url.Host} broke before the answer was complete.{Doubt(mayRepeat)}", Retryable: mayRepeat),
    };

    private static string Doubt(bool mayRepeat) => mayRepeat ? "" : " Whether the request took effect is not known.";

    // The standard's phrase: the one on the wire is the other side's free text.
    private static string? Phrase(HttpStatusCode status)
    {
        using var response = new HttpResponseMessage(status);
        return response.ReasonPhrase;
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time)
    {
        var wish = response.Headers.RetryAfter is not { } header ? null
            : header.Delta ?? (header.Date - time.GetUtcNow());
        return wish < TimeSpan.Zero ? TimeSpan.Zero : wish;
    }
}
