using AutoForge.Engine.Ledger;
using AutoForge.Engine.Runs;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Billing.Adjustments;
using AutoForge.Server.Layout;
using AutoForge.Server.Layout.Forms;
using AutoForge.Server.Runs;
using Microsoft.AspNetCore.Mvc;

namespace AutoForge.Server.Admin;

/// <summary>What an administrator sees and does about one account.</summary>
internal sealed class AccountPages(AdminQueries admin, LedgerQueries ledger, RunQueries runs, RunRows rows)
{
    private const int MostRuns = 20;
    private const int MostEntries = 20;

    public static void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/admin/accounts/{accountId:guid}").ExcludeFromDescription().ForAdmin();
        group.MapGet("/", (Guid accountId, AccountPages pages, CancellationToken cancellationToken) => pages.ShowAsync(accountId, null, null, cancellationToken));
        group.MapPost("/runs/{runId:guid}/refund", RefundAsync);
        group.MapPost("/adjustments", AdjustAsync);
    }

    private static async Task<IResult> RefundAsync(
        Guid accountId, Guid runId, [FromForm] RefundForm? form, HttpContext context, RefundDesk desk, AccountPages pages, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await desk.RefundAsync(context, accountId, runId, form?.Reason, cancellationToken);
            return await pages.ShowAsync(accountId, outcome, null, cancellationToken);
        }
        catch (InvalidInputException e)
        {
            return await pages.ShowAsync(accountId, null, FormErrors.From(e, context), cancellationToken);
        }
    }

    private static async Task<IResult> AdjustAsync(
        Guid accountId, [FromForm] IFormCollection form, HttpContext context, CreditAdjustments adjustments, AccountPages pages, CancellationToken cancellationToken)
    {
        var (amount, reason) = (form["amount"].ToString(), form["reason"].ToString());
        try
        {
            if (!DollarText.TryRead(amount, out var cents))
                throw new InvalidInputException("amountCents", DollarText.Advice);
            // The form's key: sent twice, it books once.
            await adjustments.BookAsync(accountId, context.User.UserId(), cents ?? 0, reason, form["key"].ToString(), cancellationToken);
            return TypedResults.LocalRedirect($"/admin/accounts/{accountId}");
        }
        catch (InvalidInputException e)
        {
            return await pages.ShowAsync(accountId, null, FormErrors.From(e, context, "amountCents", "reason"), cancellationToken, new TypedAdjustment(amount, reason));
        }
    }

    private async Task<IResult> ShowAsync(Guid accountId, RefundOutcome? refund, FormErrors? errors, CancellationToken cancellationToken, TypedAdjustment? adjustment = null)
    {
        var account = (await admin.AccountsAsync(accountId.ToString(), before: null, limit: 1, cancellationToken)).FirstOrDefault() ?? throw new NotFoundException();
        var latest = await runs.ListAsync(accountId, new RunFilter(), before: null, MostRuns, cancellationToken);
        errors ??= FormErrors.None;
        return new HtmlPage<AccountPage>(new
        {
            Account = account,
            Entries = await ledger.ListAsync(accountId, new LedgerFilter(), before: null, MostEntries, cancellationToken),
            Runs = await rows.OfAsync(accountId, latest, cancellationToken),
            Refund = refund,
            Errors = errors,
            Adjustment = adjustment,
        }, errors.Status);
    }

    internal sealed record RefundForm(string? Reason);
}
