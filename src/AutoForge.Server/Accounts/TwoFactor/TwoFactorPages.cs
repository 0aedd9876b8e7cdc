using AutoForge.Server.Accounts.Passwords;
using AutoForge.Server.Layout;
using AutoForge.Server.Layout.Forms;
using Microsoft.AspNetCore.Mvc;

namespace AutoForge.Server.Accounts.TwoFactor;

/// <summary>Pages that set an authenticator app up, renew recovery codes, and switch it off.</summary>
internal static class TwoFactorPages
{
    public static void MapTwoFactorPages(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup("/settings/two-factor").ExcludeFromDescription().ForUser();
        pages.MapGet("/", ShowAsync);
        pages.MapPost("/setup", SetUpAsync);
        pages.MapPost("/confirm", ConfirmAsync);
        pages.MapPost("/recovery-codes", RenewAsync);
        pages.MapPost("/disable", DisableAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext context, PasswordProof proof, SecondFactor factor)
    {
        var authenticator = await factor.FindAsync(await proof.CallerAsync(context), context.RequestAborted);
        return Page(authenticator?.CodesLeft, FormErrors.None);
    }

    private static async Task<IResult> SetUpAsync([FromForm] PasswordForm form, HttpContext context, PasswordProof proof, SecondFactor factor)
    {
        try
        {
            var user = await proof.DemandAsync(form.Password, context);
            return SetupPage(await factor.PrepareAsync(user, context.RequestAborted), user, FormErrors.None);
        }
        catch (AutoForgeException e)
        {
            return Page(null, FormErrors.From(e, context, "password"));
        }
    }

    private static async Task<IResult> ConfirmAsync([FromForm] CodeForm form, HttpContext context, PasswordProof proof, SecondFactor factor)
    {
        var user = await proof.CallerAsync(context);
        var secret = await factor.PreparedAsync(user, context.RequestAborted);
        try
        {
            return CodesPage(await factor.ConfirmAsync(user, form.Code, context));
        }
        catch (AutoForgeException e)
        {
            return SetupPage(secret, user, FormErrors.From(e, context, "code"));
        }
    }

    private static async Task<IResult> RenewAsync([FromForm] PasswordForm form, HttpContext context, PasswordProof proof, SecondFactor factor)
    {
        try
        {
            return CodesPage(await factor.RenewCodesAsync(await proof.DemandAsync(form.Password, context), context));
        }
        catch (AutoForgeException e)
        {
            return await AgainAsync(e, context, proof, factor);
        }
    }

    private static async Task<IResult> DisableAsync([FromForm] PasswordForm form, HttpContext context, PasswordProof proof, SecondFactor factor)
    {
        try
        {
            await factor.SwitchOffAsync(await proof.DemandAsync(form.Password, context), context);
            return TypedResults.LocalRedirect("/settings/security");
        }
        catch (AutoForgeException e)
        {
            return await AgainAsync(e, context, proof, factor);
        }
    }

    private static async Task<IResult> AgainAsync(AutoForgeException e, HttpContext context, PasswordProof proof, SecondFactor factor)
    {
        var authenticator = await factor.FindAsync(await proof.CallerAsync(context), context.RequestAborted);
        return Page(authenticator?.CodesLeft, FormErrors.From(e, context, "password"));
    }

    private static HtmlPage<TwoFactorPage> Page(int? codesLeft, FormErrors errors) => new(new { CodesLeft = codesLeft, Errors = errors }, errors.Status);

    private static HtmlPage<TwoFactorSetupPage> SetupPage(byte[] secret, User user, FormErrors errors)
    {
        var picture = QrPath.Of(Totp.Uri(secret, user.Email!));
        return new(new { Secret = Totp.Text(secret), picture.Size, Path = picture.Data, Errors = errors }, errors.Status);
    }

    private static HtmlPage<RecoveryCodesPage> CodesPage(IReadOnlyList<string> codes) => new(new { Codes = codes });

    internal sealed record PasswordForm(string? Password);

    internal sealed record CodeForm(string? Code);
}
