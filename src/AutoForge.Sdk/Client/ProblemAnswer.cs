using System.Net.Http.Json;
using System.Text.Json;

namespace AutoForge.Client;

/// <summary>An RFC 9457 problem as it comes over the wire.</summary>
internal sealed record ProblemAnswer(string? Code, string? Title, string? Detail, IReadOnlyList<FieldError>? Errors, string? TraceId)
{
    public const string UnexpectedAnswer = "unexpected_answer";

    public static async Task<AutoForgeApiException> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var problem = await ParseAsync(response, cancellationToken);
        var detail = problem?.Detail ?? problem?.Title ?? $"The server answered {(int)response.StatusCode} {response.ReasonPhrase}.";
        return new AutoForgeApiException(response.StatusCode, problem?.Code ?? UnexpectedAnswer, detail)
        {
            Errors = problem?.Errors ?? [],
            // Our server gives seconds; a date, as a proxy may give, is left to the caller's own pace.
            RetryAfter = response.Headers.RetryAfter?.Delta,
            TraceId = problem?.TraceId,
        };
    }

    private static async Task<ProblemAnswer?> ParseAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentType?.MediaType is not ("application/problem+json" or "application/json"))
            return null;
        try
        {
            return await response.Content.ReadFromJsonAsync(ClientJson.Default.ProblemAnswer, cancellationToken);
        }
        catch (JsonException)
        {
            // Not ours, whatever its type says; the status tells enough.
            return null;
        }
    }
}
