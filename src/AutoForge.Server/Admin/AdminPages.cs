using AutoForge.Server.Accounts;
using AutoForge.Server.Api;
using AutoForge.Server.Layout;

namespace AutoForge.Server.Admin;

/// <summary>What the administrators of the server see.</summary>
internal static class AdminPages
{
    private const int PageSize = 50;
    private const int MostEvents = 100;

    public static void MapAdminPages(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/admin").ExcludeFromDescription().ForAdmin();
        group.MapGet("/", ShowAsync);
        group.MapGet("/accounts", ListAccountsAsync);
        group.MapGet("/payments", ListPaymentEventsAsync);
        AccountPages.Map(app);
    }

    private static async Task<IResult> ShowAsync(AdminQueries admin, CancellationToken cancellationToken) =>
        new HtmlPage<AdminPage>(new { Figures = await admin.FiguresAsync(cancellationToken) });

    private static async Task<IResult> ListAccountsAsync(AdminQueries admin, CancellationToken cancellationToken, string? q = null, string? cursor = null)
    {
        var rows = await admin.AccountsAsync(q, Cursor.RunId(cursor), PageSize + 1, cancellationToken);
        return new HtmlPage<AccountListPage>(new { Search = q, Rows = Cursor.Page(rows, PageSize, row => row, row => row.Id.ToString()) });
    }

    private static async Task<IResult> ListPaymentEventsAsync(AdminQueries admin, CancellationToken cancellationToken, string? show = null)
    {
        var onlyToLookAt = show == "refused";
        return new HtmlPage<PaymentEventsPage>(new { OnlyToLookAt = onlyToLookAt, Rows = await admin.StripeEventsAsync(onlyToLookAt, MostEvents, cancellationToken) });
    }
}
