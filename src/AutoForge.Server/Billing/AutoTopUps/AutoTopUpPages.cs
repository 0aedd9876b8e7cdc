using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.Audit;
using AutoForge.Server.Billing.Payments;
using AutoForge.Server.Billing.Stripe;
using AutoForge.Server.Layout;
using AutoForge.Server.Layout.Forms;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Billing.AutoTopUps;

/// <summary>The forms of automatic top-ups. A person decides about their card: callers of the API cannot.</summary>
internal sealed class AutoTopUpPages(
    AutoTopUpTable settings, CardCheckout cards, BillingReport reports, IOptions<StripeOptions> options, AuditLog audit)
{
    private const string SwitchedOn = "auto_top_up_on";
    private const string SwitchedOff = "auto_top_up_off";
    private const string Address = "/billing#auto";
    private const int MostKey = 64;

    public static void Map(IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/billing/auto-top-up").ExcludeFromDescription().ForUser();
        group.MapPost("/", ([FromForm] IFormCollection form, HttpContext context, AutoTopUpPages pages) => pages.SetAsync(form, context));
        group.MapPost("/card", ([FromForm] IFormCollection form, HttpContext context, AutoTopUpPages pages) => pages.SaveCardAsync(form, context));
        group.MapPost("/off", ([FromForm] IFormCollection form, HttpContext context, AutoTopUpPages pages) => pages.SwitchOffAsync(context));
    }

    private async Task<IResult> SetAsync(IFormCollection form, HttpContext context)
    {
        var accountId = context.User.AccountId();
        var typed = new AutoTopUpForm(form["threshold"], form["topUp"], form["monthCap"]);
        try
        {
            RequirePayments();
            var wanted = typed.ToSettings();
            var before = await settings.GetAsync(accountId, context.RequestAborted);
            await settings.SetAsync(accountId, wanted, context.RequestAborted);
            await audit.RecordAsync(AuditEntry.By(context, SwitchedOn, detail:
                $"{Money.Text(wanted.AmountCents)} below {Money.Text(wanted.ThresholdCents)}, at most {Money.Text(wanted.MonthCapCents)} a month"), CancellationToken.None);
            return before.CardSavedAt is not null
                ? TypedResults.LocalRedirect(Address)
                : LeavingPage.To(context, await cards.SaveAsync(accountId, KeyOf(form), context.RequestAborted), isForCard: true);
        }
        catch (AutoForgeException e)
        {
            return await PageAsync(context, typed, FormErrors.From(e, context, "thresholdCents", "amountCents", "monthCapCents"));
        }
    }

    private async Task<IResult> SaveCardAsync(IFormCollection form, HttpContext context)
    {
        try
        {
            return LeavingPage.To(context, await cards.SaveAsync(context.User.AccountId(), KeyOf(form), context.RequestAborted), isForCard: true);
        }
        catch (AutoForgeException e)
        {
            return await PageAsync(context, null, FormErrors.From(e, context));
        }
    }

    private async Task<IResult> SwitchOffAsync(HttpContext context)
    {
        var accountId = context.User.AccountId();
        if ((await settings.GetAsync(accountId, context.RequestAborted)).Settings is { IsOn: true } known)
        {
            await settings.SetAsync(accountId, known with { IsOn = false }, context.RequestAborted);
            await audit.RecordAsync(AuditEntry.By(context, SwitchedOff), CancellationToken.None);
        }
        return TypedResults.LocalRedirect(Address);
    }

    private async Task<IResult> PageAsync(HttpContext context, AutoTopUpForm? typed, FormErrors errors) =>
        new HtmlPage<BillingPage>(new
        {
            Facts = await reports.GetAsync(context.User.AccountId(), context.RequestAborted),
            AutoTopUpForm = typed,
            AutoTopUpErrors = errors,
        }, errors.Status);

    private void RequirePayments()
    {
        if (!options.Value.IsOn)
            throw new AutoForgeException("payments_off", "Payments are off on this server.");
    }

    // Of the form as it was shown: a double click opens one session.
    private static string KeyOf(IFormCollection form) => form["key"].ToString() is { Length: > 0 and <= MostKey } key ? key : Ids.NewText();
}
