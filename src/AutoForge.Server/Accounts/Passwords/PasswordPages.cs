using AutoForge.Server.Layout;
using AutoForge.Server.Layout.Forms;
using Microsoft.AspNetCore.Mvc;

namespace AutoForge.Server.Accounts.Passwords;

/// <summary>Pages for who has lost the password.</summary>
internal static class PasswordPages
{
    public static void MapPasswordPages(this IEndpointRouteBuilder app)
    {
        var visitors = app.MapGroup("").ExcludeFromDescription().ForAnyone();
        visitors.MapGet("/forgot-password", IResult () => new HtmlPage<ForgotPasswordPage>());
        visitors.MapPost("/forgot-password", Ask);
        visitors.MapGet("/reset-password", ShowReset);
        visitors.MapPost("/reset-password", ResetAsync);
    }

    private static IResult Ask([FromForm] ForgotForm form, PasswordReset reset, HttpContext context)
    {
        try
        {
            reset.Ask(form.Email, context);
            return new HtmlPage<ForgotPasswordPage>(new { form.Email, IsSent = true });
        }
        catch (AutoForgeException e)
        {
            var errors = FormErrors.From(e, context);
            return new HtmlPage<ForgotPasswordPage>(new { form.Email, Errors = errors }, errors.Status);
        }
    }

    private static IResult ShowReset(string? email = null, string? token = null) => new HtmlPage<ResetPasswordPage>(new { Email = email, Token = token });

    private static async Task<IResult> ResetAsync([FromForm] ResetForm form, PasswordReset reset, HttpContext context)
    {
        try
        {
            await reset.ResetAsync(form.Email, form.Token, form.NewPassword, context);
            return new HtmlPage<ResetPasswordPage>(new { IsDone = true });
        }
        catch (AutoForgeException e)
        {
            var errors = FormErrors.From(e, context, "newPassword");
            return new HtmlPage<ResetPasswordPage>(new { form.Email, form.Token, Errors = errors }, errors.Status);
        }
    }

    internal sealed record ForgotForm(string? Email);

    internal sealed record ResetForm(string? Email, string? Token, string? NewPassword);
}
