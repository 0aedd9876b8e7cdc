using AutoForge.Server.Accounts.Passwords;
using AutoForge.Server.Layout;
using AutoForge.Server.Layout.Forms;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace AutoForge.Server.Accounts.Confirmation;

/// <summary>Confirming an address, and asking for another one.</summary>
internal static class ConfirmationEndpoints
{
    public static void MapConfirmation(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/auth/confirm-email", ConfirmAsync).ForAnyone().WithTags("Sign-in")
            .WithSummary("Confirm an e-mail address with the token of the link; with `email`, change to that address");
        app.MapPost("/api/user/email", ChangeAsync).ForAccount().ForSessionsOnly().WithTags("Account")
            .WithSummary("Ask for another e-mail address; it changes when the link that is sent there is followed");
        app.MapPost("/api/user/email/confirmation", SendAgainAsync).ForAccount().ForSessionsOnly().WithTags("Account")
            .WithSummary("Send the link that confirms the e-mail address again");

        // Programs that look at links in mails follow them too: a button confirms, not the visit.
        app.MapGet("/confirm-email", Show).ForAnyone().ExcludeFromDescription();
        app.MapPost("/confirm-email", ConfirmFromPageAsync).ForAnyone().ExcludeFromDescription();
        app.MapPost("/settings/confirmation", SendAgainFromPageAsync).ForUser().ExcludeFromDescription();
    }

    private static async Task<NoContent> ConfirmAsync(ConfirmRequest request, EmailConfirmation confirmation, EmailChange change, HttpContext context)
    {
        if (string.IsNullOrEmpty(request.Email))
            await confirmation.ConfirmAsync(request.User, request.Token, context);
        else
            await change.ConfirmAsync(request.User, request.Email, request.Token, context);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ChangeAsync(ChangeRequest request, EmailChange change, HttpContext context)
    {
        await change.AskAsync(request.NewEmail, request.Password, context);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> SendAgainAsync(HttpContext context, PasswordProof proof, EmailConfirmation confirmation)
    {
        await confirmation.SendAgainAsync(await proof.CallerAsync(context), context.RequestAborted);
        return TypedResults.NoContent();
    }

    private static IResult Show(string? user = null, string? email = null, string? token = null) =>
        new HtmlPage<ConfirmEmailPage>(new { User = user, Email = email, Token = token });

    private static async Task<IResult> ConfirmFromPageAsync(
        [FromForm] ConfirmRequest form, EmailConfirmation confirmation, EmailChange change, HttpContext context)
    {
        try
        {
            await ConfirmAsync(form, confirmation, change, context);
            return new HtmlPage<ConfirmEmailPage>(new { form.Email, IsDone = true });
        }
        catch (AutoForgeException e)
        {
            var errors = FormErrors.From(e, context);
            return new HtmlPage<ConfirmEmailPage>(new { form.User, form.Email, form.Token, Errors = errors }, errors.Status);
        }
    }

    // The form is read for its token alone.
    private static async Task<IResult> SendAgainFromPageAsync(
        [FromForm] IFormCollection form, HttpContext context, PasswordProof proof, EmailConfirmation confirmation)
    {
        await SendAgainAsync(context, proof, confirmation);
        return TypedResults.LocalRedirect("/settings/security?done=sent");
    }

    // Properties, not parameters: a field that a form leaves out is null, and no error.
    internal sealed record ConfirmRequest
    {
        public string? User { get; init; }
        public string? Email { get; init; }
        public string? Token { get; init; }
    }

    internal sealed record ChangeRequest(string? NewEmail, string? Password);
}
