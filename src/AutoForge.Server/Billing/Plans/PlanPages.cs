using System.Security.Claims;
using AutoForge.Engine.Storage;
using AutoForge.Server.Accounts;
using AutoForge.Server.Billing.Payments;
using AutoForge.Server.Billing.Stripe;
using AutoForge.Server.Layout;
using AutoForge.Server.Layout.Forms;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Billing.Plans;

/// <summary>The page of plans, and the ways to the payment provider.</summary>
internal static class PlanPages
{
    public static void MapPlanPages(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/billing/plans").ExcludeFromDescription().ForUser();
        group.MapGet("/", ShowAsync);
        group.MapPost("/choose", ChooseAsync);
        group.MapPost("/portal", PortalAsync);
    }

    private static async Task<IResult> ShowAsync(
        ClaimsPrincipal caller, PlanTable plans, Database database, IOptions<StripeOptions> options, CancellationToken cancellationToken,
        string? subscribed = null) =>
        new HtmlPage<PlansPage>(new
        {
            Plans = await plans.ListAsync(cancellationToken),
            Subscription = await SubscriptionTable.GetAsync(database, caller.AccountId(), cancellationToken),
            PaymentsAreOn = options.Value.IsOn,
            Subscribed = subscribed,
        });

    private static Task<IResult> ChooseAsync([FromForm] ChooseForm? form, HttpContext context, PlanCheckout checkout, PlanTable plans, Database database) =>
        LeaveAsync(context, plans, database, () => checkout.SubscribeAsync(
            context.User.AccountId(), form?.Plan ?? "", form?.Key is { Length: > 0 and <= 64 } key ? key : Ids.NewText(), context.RequestAborted));

    // The form is read for its token alone.
    private static Task<IResult> PortalAsync([FromForm] IFormCollection form, HttpContext context, PlanCheckout checkout, PlanTable plans, Database database) =>
        LeaveAsync(context, plans, database, () => checkout.PortalAsync(context.User.AccountId(), context.RequestAborted));

    private static async Task<IResult> LeaveAsync(HttpContext context, PlanTable plans, Database database, Func<Task<string>> urlAsync)
    {
        try
        {
            return LeavingPage.To(context, await urlAsync());
        }
        catch (AutoForgeException e)
        {
            var errors = FormErrors.From(e, context);
            return new HtmlPage<PlansPage>(new
            {
                Plans = await plans.ListAsync(context.RequestAborted),
                Subscription = await SubscriptionTable.GetAsync(database, context.User.AccountId(), context.RequestAborted),
                PaymentsAreOn = e.Code != "payments_off",
                Errors = errors,
            }, errors.Status);
        }
    }

    /// <param name="Key">Of the form as it was shown: a double click subscribes once.</param>
    internal sealed record ChooseForm(string? Plan, string? Key);
}
