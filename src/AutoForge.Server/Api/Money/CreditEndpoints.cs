using System.Security.Claims;
using AutoForge.Engine.Ledger;
using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.ApiKeys;
using AutoForge.Server.Api.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Api.Money;

internal static class CreditEndpoints
{
    public static void MapCredits(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/credits").WithTags("Money").ForAccount().ForKeys(KeyScope.BillingRead);
        group.MapGet("/balance", BalanceAsync).WithSummary("What the account can spend, and what is held for open runs");
        group.MapGet("/ledger", LedgerAsync).WithSummary("Every movement of money, newest first; CSV with Accept: text/csv");
    }

    private static async Task<Ok<BalanceAnswer>> BalanceAsync(ClaimsPrincipal caller, LedgerQueries ledger, CancellationToken cancellationToken)
    {
        var balance = await ledger.BalanceAsync(caller.AccountId(), cancellationToken) ?? throw new NotFoundException();
        return TypedResults.Ok(new BalanceAnswer(balance.AvailableCents, balance.HeldCents, "usd", balance.DebtCents));
    }

    private static async Task<IResult> LedgerAsync(
        ClaimsPrincipal caller, HttpRequest request, LedgerQueries ledger, CancellationToken cancellationToken,
        Guid? runId = null, string? type = null, DateTimeOffset? from = null, DateTimeOffset? to = null, int? limit = null, string? cursor = null)
    {
        var filter = new LedgerFilter(runId, string.IsNullOrEmpty(type) ? null : type, from, to);
        if (LedgerCsv.IsAskedFor(request))
            return new LedgerCsv(caller.AccountId(), filter, ledger);

        var size = Cursor.Limit(limit);
        var rows = await ledger.ListAsync(caller.AccountId(), filter, Cursor.Number(cursor), size + 1, cancellationToken);
        return TypedResults.Ok(Cursor.Page(rows, size, e => e, e => e.Id));
    }

    internal sealed record BalanceAnswer(long AvailableCents, long HeldCents, string Currency, long DebtCents);
}
