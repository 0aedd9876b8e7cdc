using AutoForge.Server.Accounts.Confirmation;
using AutoForge.Server.Accounts.Passwords;
using AutoForge.Server.Accounts.TwoFactor;
using AutoForge.Server.Layout;
using AutoForge.Server.Layout.Forms;
using Microsoft.AspNetCore.Mvc;

namespace AutoForge.Server.Accounts.Settings;

/// <summary>Pages where users change what concerns themselves.</summary>
internal static class SettingsPages
{
    private const string Security = "/settings/security";

    public static void MapSettingsPages(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("/settings").ExcludeFromDescription().ForUser();
        pages.MapGet("/", () => TypedResults.LocalRedirect("/settings/profile"));
        pages.MapGet("/profile", ShowProfileAsync);
        pages.MapPost("/profile", ChangeProfileAsync);
        pages.MapGet("/security", (HttpContext context, PasswordProof proof, SecondFactor factor, string? done = null) =>
            SecurityAsync(context, proof, factor, FormErrors.None, done));
        pages.MapPost("/password", ChangePasswordAsync);
        pages.MapPost("/email", ChangeEmailAsync);
    }

    private static async Task<IResult> ShowProfileAsync(HttpContext context, PasswordProof proof, string? done = null)
    {
        var user = await proof.CallerAsync(context);
        return new HtmlPage<ProfilePage>(new { user.Name, user.TimeZone, user.Language, IsDone = done is not null });
    }

    private static async Task<IResult> ChangeProfileAsync([FromForm] ProfileForm form, HttpContext context, Profile profile)
    {
        try
        {
            await profile.ChangeAsync(form.Name ?? "", form.TimeZone, form.Language, context);
            return TypedResults.LocalRedirect("/settings/profile?done=1");
        }
        catch (AutoForgeException e)
        {
            var errors = FormErrors.From(e, context, "name", "timeZone", "language");
            return new HtmlPage<ProfilePage>(new { form.Name, form.TimeZone, form.Language, Errors = errors }, errors.Status);
        }
    }

    private static async Task<IResult> ChangePasswordAsync(
        [FromForm] PasswordForm form, HttpContext context, PasswordChange change, PasswordProof proof, SecondFactor factor)
    {
        try
        {
            await change.ChangeAsync(form.CurrentPassword, form.NewPassword, context);
            return TypedResults.LocalRedirect(Security + "?done=password");
        }
        catch (AutoForgeException e)
        {
            return await SecurityAsync(context, proof, factor, FormErrors.From(e, context, "currentPassword", "newPassword"));
        }
    }

    private static async Task<IResult> ChangeEmailAsync(
        [FromForm] EmailForm form, HttpContext context, EmailChange change, PasswordProof proof, SecondFactor factor)
    {
        try
        {
            await change.AskAsync(form.NewEmail, form.Password, context);
            return TypedResults.LocalRedirect(Security + "?done=sent");
        }
        catch (AutoForgeException e)
        {
            return await SecurityAsync(context, proof, factor, FormErrors.From(e, context, "newEmail", "password"), newEmail: form.NewEmail);
        }
    }

    private static async Task<IResult> SecurityAsync(
        HttpContext context, PasswordProof proof, SecondFactor factor, FormErrors errors, string? done = null, string? newEmail = null)
    {
        var user = await proof.CallerAsync(context);
        var notice = done switch
        {
            "password" => "The password is changed, and all other sessions have ended.",
            "sent" => "A mail with a link is on its way. Nothing changes before you follow it.",
            _ => null,
        };
        var isTwoFactor = await factor.FindAsync(user, context.RequestAborted) is not null;
        return new HtmlPage<SecurityPage>(new { user.Email, NewEmail = newEmail, HasTwoFactor = isTwoFactor, Notice = notice, Errors = errors }, errors.Status);
    }

    internal sealed record ProfileForm(string? Name, string? TimeZone, string? Language);

    internal sealed record PasswordForm(string? CurrentPassword, string? NewPassword);

    internal sealed record EmailForm(string? NewEmail, string? Password);
}
