using AutoForge.Engine.Storage;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Billing.Events;

/// <summary>Payment events that somebody has to look at: money that came and could not be booked.</summary>
internal static class EventAdminEndpoints
{
    public static void MapEventAdministration(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/admin/payment-events").ForAdmin().WithTags("Administration");
        group.MapGet("/", ListAsync).WithSummary("Payment events that were refused or name no account of ours, newest first");
        group.MapPost("/{eventId}/replay", ReplayAsync)
            .WithSummary("Fetch an event from the payment provider and do it, if it was not done yet; a repeat changes nothing");
    }

    private static async Task<Ok<ReplayAnswer>> ReplayAsync(string eventId, HttpContext context, EventReplay replay, CancellationToken cancellationToken)
    {
        var replayed = await replay.ReplayAsync(context, eventId, cancellationToken);
        return TypedResults.Ok(new ReplayAnswer(replayed.Id, replayed.Type, replayed.Outcome.Name, replayed.Outcome.Detail, replayed.IsNew));
    }

    private static async Task<Ok<Page<EventAnswer>>> ListAsync(
        Database database, CancellationToken cancellationToken, int? limit = null, string? cursor = null)
    {
        var size = Cursor.Limit(limit);
        var before = Cursor.TimeAndId(cursor);
        await using var command = database.DataSource.CreateCommand(
            """
            SELECT id, type, object_id, outcome, detail, created_at, received_at
            FROM stripe_events
            WHERE outcome IN ('refused', 'unknown_account')
              AND (received_at, id) < (@at, @id)
            ORDER BY received_at DESC, id DESC
            LIMIT @limit
            """);
        command.Parameters.AddWithValue("at", before?.At ?? DateTimeOffset.MaxValue.ToUniversalTime());
        command.Parameters.AddWithValue("id", before?.Id ?? "");
        command.Parameters.AddWithValue("limit", size + 1);

        var rows = new List<EventAnswer>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(new EventAnswer(
                reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetString(3),
                reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetFieldValue<DateTimeOffset>(5), reader.GetFieldValue<DateTimeOffset>(6)));
        }
        return TypedResults.Ok(Cursor.Page(rows, size, row => row, row => Cursor.Of(row.ReceivedAt, row.Id)));
    }

    /// <param name="Outcome"><c>booked</c>, <c>ignored</c> (nothing to book), <c>refused</c> or <c>unknown_account</c>.</param>
    /// <param name="Detail">Why.</param>
    /// <param name="IsNew">False = it was done with before, and nothing was changed.</param>
    internal sealed record ReplayAnswer(string Id, string Type, string Outcome, string? Detail, bool IsNew);

    /// <param name="Id">Finds the event in the payment provider's own log.</param>
    /// <param name="Outcome"><c>refused</c> or <c>unknown_account</c>.</param>
    /// <param name="Detail">Why.</param>
    internal sealed record EventAnswer(
        string Id, string Type, string? ObjectId, string Outcome, string? Detail, DateTimeOffset CreatedAt, DateTimeOffset ReceivedAt);
}
