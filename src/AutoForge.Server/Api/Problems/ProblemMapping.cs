using System.Diagnostics;
using System.Text.Json;
using AutoForge.Engine.Connections;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Webhooks;
using Microsoft.AspNetCore.Antiforgery;
using Npgsql;

namespace AutoForge.Server.Api.Problems;

/// <summary>Which problem an exception is. Nothing of an exception that was not written for callers reaches them.</summary>
internal static class ProblemMapping
{
    private static readonly TimeSpan DatabaseRetryAfter = TimeSpan.FromSeconds(2);

    public static Problem From(Exception exception, HttpContext context) => exception switch
    {
        InvalidInputException invalid => Known(invalid) with { Errors = invalid.Errors },
        WorkflowInvalidException invalid => Known(invalid) with { Errors = [.. invalid.Problems.Select(p => new FieldError(p.Field, p.Message, p.ActivityId))] },
        ConnectionInvalidException invalid => Known(invalid) with { Errors = [new FieldError(invalid.Field, invalid.Message)] },
        RateLimitedException limited => Known(limited) with { RetryAfter = limited.RetryAfter },
        RunRefusedException { Code: "run_quota_reached" } refused => Known(refused) with { RetryAfter = RestOfTheDay(context) },
        // U+0000 in a filter or an id: nothing that is stored can hold it.
        PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire } => Of("bad_request"),
        _ when IsDatabaseUnavailable(exception) => Of("database_unavailable") with { RetryAfter = DatabaseRetryAfter },
        AutoForgeException known => Known(known),
        BadHttpRequestException { InnerException: AntiforgeryValidationException } => Of("form_expired"),
        BadHttpRequestException { InnerException: JsonException json } => Of("invalid_json", Where(json)),
        BadHttpRequestException bad => Problem.Of(ProblemCatalogue.ForStatus(bad.StatusCode)),
        _ => Of("internal_error") with { TraceId = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier },
    };

    /// <summary>Network, pool and server states that pass by themselves, also when Entity Framework has wrapped them.</summary>
    internal static bool IsDatabaseUnavailable(Exception exception)
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            switch (current)
            {
                case DatabaseUnavailableException:
                    return true;
                case PostgresException postgres:
                    // Connection exceptions, insufficient resources, operator intervention (shutdown, starting up).
                    return postgres.SqlState[..2] is "08" or "53" or "57";
                case NpgsqlException:
                    return true;
            }
        }
        return false;
    }

    private static Problem Of(string code, string? detail = null) => Problem.Of(ProblemCatalogue.Find(code), detail);

    // Foreign and absent must read the same, whoever threw.
    private static Problem Known(AutoForgeException exception) =>
        Of(exception.Code, exception.Code == "not_found" ? null : exception.Message);

    // A plan counts runs by the UTC day.
    private static TimeSpan RestOfTheDay(HttpContext context)
    {
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        return TimeSpan.FromDays(1) - now.UtcDateTime.TimeOfDay;
    }

    // The serializer's own message names CLR types.
    private static string Where(JsonException json) => json.LineNumber is { } line && json.BytePositionInLine is { } column
        ? $"The body is not valid at {json.Path ?? "$"} (line {line + 1}, byte {column + 1})."
        : "The body is not valid JSON.";
}
