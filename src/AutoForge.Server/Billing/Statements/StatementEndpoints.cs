using System.Security.Claims;
using AutoForge.Engine.Ledger;
using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.ApiKeys;
using AutoForge.Server.Api.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Billing.Statements;

internal static class StatementEndpoints
{
    public static void MapStatements(this IEndpointRouteBuilder app) =>
        app.MapGet("/api/billing/statement", GetAsync)
            .ForAccount()
            .ForKeys(KeyScope.BillingRead)
            .WithTags("Money")
            .WithSummary("A month from balance to balance, by type of entry; ?month=2026-03, UTC, default the current one");

    private static async Task<Ok<StatementAnswer>> GetAsync(
        ClaimsPrincipal caller, StatementQuery statements, TimeProvider time, CancellationToken cancellationToken, string? month = null)
    {
        var asked = month is null
            ? Month.Of(time.GetUtcNow())
            : Month.Parse(month) ?? throw new InvalidInputException("month", "Write the month as 2026-03.");
        var statement = await statements.GetAsync(caller.AccountId(), asked.From, asked.To, cancellationToken);
        return TypedResults.Ok(new StatementAnswer(
            asked.ToString(), statement.Opening.AvailableCents, statement.Opening.HeldCents,
            [.. statement.Lines.Select(line => new LineAnswer(line.Type, line.Entries, line.AvailableCents, line.HeldCents))],
            statement.Closing.AvailableCents, statement.Closing.HeldCents, "usd"));
    }

    internal sealed record StatementAnswer(
        string Month, long OpeningAvailableCents, long OpeningHeldCents, IReadOnlyList<LineAnswer> Lines,
        long ClosingAvailableCents, long ClosingHeldCents, string Currency);

    /// <param name="AvailableDeltaCents">What all its entries did to the available balance.</param>
    internal sealed record LineAnswer(string Type, long Entries, long AvailableDeltaCents, long HeldDeltaCents);
}
