using System.Globalization;
using System.Security.Claims;
using AutoForge.Engine.Ledger;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api;
using AutoForge.Server.Api.Money;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Layout;

namespace AutoForge.Server.Billing.Statements;

/// <summary>Every movement of money, and months added up.</summary>
internal static class LedgerPages
{
    private const int PageSize = 50;

    public static void MapLedgerPages(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/billing").ExcludeFromDescription().ForUser();
        group.MapGet("/ledger", ShowAsync);
        group.MapGet("/ledger.csv", Csv);
        group.MapGet("/statements", (TimeProvider time) => TypedResults.LocalRedirect($"/billing/statements/{Month.Of(time.GetUtcNow())}"));
        group.MapGet("/statements/{month}", StatementAsync);
    }

    private static async Task<IResult> ShowAsync(
        [AsParameters] LedgerPageFilter filter, ClaimsPrincipal caller, LedgerQueries ledger, CancellationToken cancellationToken, string? cursor = null)
    {
        var rows = await ledger.ListAsync(caller.AccountId(), filter.ToFilter(), Cursor.Number(cursor), PageSize + 1, cancellationToken);
        return new HtmlPage<LedgerPage>(new
        {
            Filter = filter,
            Entries = (IReadOnlyList<LedgerEntry>)[.. rows.Take(PageSize)],
            Older = rows.Count > PageSize ? long.Parse(rows[PageSize - 1].Id, CultureInfo.InvariantCulture) : (long?)null,
        });
    }

    private static LedgerCsv Csv([AsParameters] LedgerPageFilter filter, ClaimsPrincipal caller, LedgerQueries ledger) =>
        new(caller.AccountId(), filter.ToFilter(), ledger);

    private static async Task<IResult> StatementAsync(
        string month, ClaimsPrincipal caller, StatementQuery statements, TimeProvider time, CancellationToken cancellationToken)
    {
        var asked = Month.Parse(month) ?? throw new NotFoundException();
        return new HtmlPage<StatementPage>(new
        {
            Month = asked.ToString(),
            Statement = await statements.GetAsync(caller.AccountId(), asked.From, asked.To, cancellationToken),
            HasEnded = asked.To <= time.GetUtcNow(),
        });
    }
}
