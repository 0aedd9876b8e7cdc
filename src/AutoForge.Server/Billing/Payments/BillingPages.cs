using System.Security.Claims;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Layout;
using AutoForge.Server.Layout.Forms;
using Microsoft.AspNetCore.Mvc;

namespace AutoForge.Server.Billing.Payments;

/// <summary>The page of the account's money, and the way to the payment provider and back.</summary>
internal static class BillingPages
{
    public static void MapBillingPages(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/billing").ExcludeFromDescription().ForUser();
        group.MapGet("/", ShowAsync);
        group.MapGet("/arrival", ArrivalAsync);
        group.MapPost("/top-up", TopUpAsync);
    }

    private static async Task<IResult> ShowAsync(
        ClaimsPrincipal caller, BillingReport reports, PaymentQueries payments, CancellationToken cancellationToken,
        string? paid = null, string? card = null)
    {
        var accountId = caller.AccountId();
        return new HtmlPage<BillingPage>(new
        {
            Facts = await reports.GetAsync(accountId, cancellationToken),
            IsBackFromCard = card == "saved",
            SessionId = string.IsNullOrEmpty(paid) ? null : paid,
            PaidCents = string.IsNullOrEmpty(paid) ? null : await payments.PaidCentsAsync(accountId, paid, cancellationToken),
        });
    }

    private static async Task<IResult> ArrivalAsync(
        string session, ClaimsPrincipal caller, PaymentQueries payments, CancellationToken cancellationToken) =>
        new HtmlPage<PaymentArrival>(new
        {
            SessionId = session,
            HasArrived = await payments.PaidCentsAsync(caller.AccountId(), session, cancellationToken) is not null,
        });

    private static async Task<IResult> TopUpAsync(
        [FromForm] TopUpForm? form, HttpContext context, ClaimsPrincipal caller, Checkout checkout, BillingReport reports)
    {
        var cancellationToken = context.RequestAborted;
        try
        {
            if (!DollarText.TryRead(form?.Amount, out var typed) || typed is not { } cents)
                throw new InvalidInputException("amountCents", DollarText.Advice);
            var url = await checkout.TopUpAsync(caller.AccountId(), cents, form?.Key is { Length: > 0 and <= 64 } key ? key : Ids.NewText(), cancellationToken);
            return LeavingPage.To(context, url);
        }
        catch (AutoForgeException e)
        {
            var errors = FormErrors.From(e, context, "amountCents");
            return new HtmlPage<BillingPage>(new
            {
                Facts = await reports.GetAsync(caller.AccountId(), cancellationToken),
                form?.Amount,
                Errors = errors,
            }, errors.Status);
        }
    }

    /// <param name="Amount">US dollars as typed.</param>
    /// <param name="Key">Of the form as it was shown: a double click pays on one page.</param>
    internal sealed record TopUpForm(string? Amount, string? Key);
}
