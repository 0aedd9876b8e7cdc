using System.Security.Claims;
using AutoForge.Engine.Limits;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Layout;
using AutoForge.Server.Layout.Forms;
using Microsoft.AspNetCore.Mvc;

namespace AutoForge.Server.Usage;

/// <summary>The page about what is used and spent, and the forms of its caps.</summary>
internal static class UsagePages
{
    public static void MapUsagePages(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/usage").ExcludeFromDescription().ForUser();
        group.MapGet("/", ShowAsync);
        group.MapPost("/caps", SetCapsAsync);
        group.MapPost("/workflows/{definitionId}/cap", SetWorkflowCapAsync);
    }

    private static async Task<IResult> ShowAsync(ClaimsPrincipal caller, UsageReport reports, CancellationToken cancellationToken)
    {
        var usage = await GetAsync(caller, reports, cancellationToken);
        return new HtmlPage<UsagePage>(new { Usage = usage, Caps = SpendCapForm.Of(usage.Use.Caps) });
    }

    private static async Task<IResult> SetCapsAsync(
        [FromForm] IFormCollection form, HttpContext context, ClaimsPrincipal caller, AccountLimits limits, UsageReport reports, CancellationToken cancellationToken)
    {
        var typed = new SpendCapForm(form["run"], form["month"], form["lowBalance"]);
        try
        {
            await limits.SetCapsAsync(caller.AccountId(), typed.ToRequest().ToCaps(), cancellationToken);
            return TypedResults.LocalRedirect("/usage#caps");
        }
        catch (InvalidInputException e)
        {
            var errors = FormErrors.From(e, context, "runCents", "monthCents", "lowBalanceCents");
            return new HtmlPage<UsagePage>(new { Usage = await GetAsync(caller, reports, cancellationToken), Caps = typed, Errors = errors }, errors.Status);
        }
    }

    private static async Task<IResult> SetWorkflowCapAsync(
        string definitionId, [FromForm] WorkflowCapForm? form, HttpContext context, ClaimsPrincipal caller, AccountLimits limits, UsageReport reports,
        CancellationToken cancellationToken)
    {
        try
        {
            if (!DollarText.TryRead(form?.Cap, out var cents))
                throw new InvalidInputException("monthCents", DollarText.Advice);
            if (SpendCapRequest.Check("monthCents", cents).ToList() is { Count: > 0 } invalid)
                throw new InvalidInputException(invalid);
            return await limits.SetWorkflowCapAsync(caller.AccountId(), definitionId, cents, cancellationToken)
                ? TypedResults.LocalRedirect("/usage#workflows")
                : throw new NotFoundException();
        }
        catch (InvalidInputException e)
        {
            var errors = FormErrors.From(e, context, "monthCents");
            var usage = await GetAsync(caller, reports, cancellationToken);
            return new HtmlPage<UsagePage>(
                new { Usage = usage, Caps = SpendCapForm.Of(usage.Use.Caps), RefusedCap = new RefusedCap(definitionId, form?.Cap, errors["monthCents"]) },
                errors.Status);
        }
    }

    private static async Task<AccountUsage> GetAsync(ClaimsPrincipal caller, UsageReport reports, CancellationToken cancellationToken) =>
        await reports.GetAsync(caller.AccountId(), cancellationToken) ?? throw new NotFoundException();

    internal sealed record WorkflowCapForm(string? Cap);
}
