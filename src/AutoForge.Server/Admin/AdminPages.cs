using AutoForge.Server.Accounts;
using AutoForge.Server.Api;
using AutoForge.Server.Billing.Events;
using AutoForge.Server.Layout;
using AutoForge.Server.Layout.Forms;
using Microsoft.AspNetCore.Mvc;

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
        group.MapGet("/health", ShowHealthAsync);
        group.MapGet("/health/figures", ShowHealthFiguresAsync);
        group.MapGet("/accounts", ListAccountsAsync);
        group.MapGet("/payments", ListPaymentEventsAsync);
        group.MapPost("/payments/replay", ReplayAsync);
        AccountPages.Map(app);
    }

    private static async Task<IResult> ShowAsync(AdminQueries admin, CancellationToken cancellationToken) =>
        new HtmlPage<AdminPage>(new { Figures = await admin.FiguresAsync(cancellationToken) });

    private static async Task<IResult> ShowHealthAsync(HealthQueries health, CancellationToken cancellationToken) =>
        new HtmlPage<HealthPage>(new { Report = await health.LastHourAsync(cancellationToken) });

    private static async Task<IResult> ShowHealthFiguresAsync(HealthQueries health, CancellationToken cancellationToken) =>
        new HtmlPage<HealthFigures>(new { Report = await health.LastHourAsync(cancellationToken) });

    private static async Task<IResult> ListAccountsAsync(AdminQueries admin, CancellationToken cancellationToken, string? q = null, string? cursor = null)
    {
        var rows = await admin.AccountsAsync(q, Cursor.RunId(cursor), PageSize + 1, cancellationToken);
        return new HtmlPage<AccountListPage>(new { Search = q, Rows = Cursor.Page(rows, PageSize, row => row, row => row.Id.ToString()) });
    }

    private static Task<IResult> ListPaymentEventsAsync(AdminQueries admin, CancellationToken cancellationToken, string? show = null) =>
        PaymentEventsAsync(admin, show == "refused", replayed: null, eventId: null, FormErrors.None, cancellationToken);

    private static async Task<IResult> ReplayAsync(
        [FromForm] ReplayForm? form, HttpContext context, EventReplay replay, AdminQueries admin, CancellationToken cancellationToken)
    {
        var onlyToLookAt = form?.Show == "refused";
        try
        {
            var replayed = await replay.ReplayAsync(context, form?.EventId, cancellationToken);
            return await PaymentEventsAsync(admin, onlyToLookAt, replayed, eventId: null, FormErrors.None, cancellationToken);
        }
        catch (AutoForgeException e)
        {
            return await PaymentEventsAsync(admin, onlyToLookAt, replayed: null, form?.EventId, FormErrors.From(e, context, "eventId"), cancellationToken);
        }
    }

    private static async Task<IResult> PaymentEventsAsync(
        AdminQueries admin, bool onlyToLookAt, ReplayedEvent? replayed, string? eventId, FormErrors errors, CancellationToken cancellationToken) =>
        new HtmlPage<PaymentEventsPage>(new
        {
            OnlyToLookAt = onlyToLookAt,
            Rows = await admin.StripeEventsAsync(onlyToLookAt, MostEvents, cancellationToken),
            Replayed = replayed,
            EventId = eventId,
            Errors = errors,
        }, errors.Status);

    /// <param name="Show">Of the list that the form stood in.</param>
    internal sealed record ReplayForm(string? EventId, string? Show);
}
