using AutoForge.Server.Accounts.TwoFactor;
using AutoForge.Server.Layout;
using AutoForge.Server.Layout.Forms;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;

namespace AutoForge.Server.Accounts.SignIn;

/// <summary>Signing up, in and out in a browser.</summary>
internal static class SignInPages
{
    public static void MapSignInPages(this IEndpointRouteBuilder app)
    {
        var visitors = app.MapGroup("").ExcludeFromDescription().ForAnyone();
        visitors.MapGet("/sign-up", ShowSignUpAsync);
        visitors.MapPost("/sign-up", SignUpAsync);
        visitors.MapGet("/sign-in", ShowSignInAsync);
        visitors.MapPost("/sign-in", SignInAsync);
        visitors.MapPost("/sign-in/two-factor", SignInWithCodeAsync);
        app.MapPost("/sign-out", SignOutAsync).ExcludeFromDescription().ForUser();
    }

    /// <summary>Whether a page that anyone may see is looked at by somebody who is signed in.</summary>
    public static async Task<bool> IsSignedInAsync(HttpRequest request) => (await request.HttpContext.AuthenticateAsync(Schemes.Any)).Succeeded;

    private static async Task<IResult> ShowSignUpAsync(HttpRequest request, string? returnUrl = null) =>
        await IsSignedInAsync(request)
            ? TypedResults.LocalRedirect(ReturnUrl.Local(returnUrl))
            : new HtmlPage<SignUpPage>(new { ReturnUrl = returnUrl });

    private static async Task<IResult> SignUpAsync(
        [FromForm] SignInForm? form, Registration registration, PasswordSignIn signIn, SignInThrottle throttle, HttpContext context)
    {
        form ??= new SignInForm();
        try
        {
            throttle.CountCaller("register", context);
            var user = await registration.RegisterAsync(new Credentials(form.Email, form.Password), context);
            await signIn.BeginAsync(user, context);
            return TypedResults.LocalRedirect(ReturnUrl.Local(form.ReturnUrl));
        }
        catch (AutoForgeException e)
        {
            var errors = FormErrors.From(e, context, "email", "password").Beside("email", "email_taken", e);
            return new HtmlPage<SignUpPage>(new { form.Email, form.ReturnUrl, Errors = errors }, errors.Status);
        }
    }

    private static async Task<IResult> ShowSignInAsync(HttpRequest request, string? returnUrl = null) =>
        await IsSignedInAsync(request)
            ? TypedResults.LocalRedirect(ReturnUrl.Local(returnUrl))
            : new HtmlPage<SignInPage>(new { ReturnUrl = returnUrl });

    private static async Task<IResult> SignInAsync([FromForm] SignInForm? form, PasswordSignIn signIn, SignInTicket tickets, HttpContext context)
    {
        form ??= new SignInForm();
        try
        {
            var user = await signIn.CheckPasswordAsync(new SignInRequest(form.Email, form.Password), context);
            return await FinishAsync(user, tickets.Of(user), new CodeForm { ReturnUrl = form.ReturnUrl }, signIn, context);
        }
        catch (AutoForgeException e)
        {
            var errors = FormErrors.From(e, context);
            return new HtmlPage<SignInPage>(new { form.Email, form.ReturnUrl, Errors = errors }, errors.Status);
        }
    }

    private static async Task<IResult> SignInWithCodeAsync([FromForm] CodeForm? form, PasswordSignIn signIn, SignInTicket tickets, HttpContext context)
    {
        form ??= new CodeForm();
        if (await tickets.FindAsync(form.Ticket) is not { } user)
            return TypedResults.LocalRedirect("/sign-in");
        return await FinishAsync(user, form.Ticket!, form, signIn, context);
    }

    /// <summary>Signs in, or asks for the code that is missing or wrong.</summary>
    private static async Task<IResult> FinishAsync(User user, string ticket, CodeForm form, PasswordSignIn signIn, HttpContext context)
    {
        try
        {
            await signIn.CheckCodeAsync(user, form.Code, form.RecoveryCode, context);
            await signIn.BeginAsync(user, context);
            return TypedResults.LocalRedirect(ReturnUrl.Local(form.ReturnUrl));
        }
        catch (AutoForgeException e) when (e.Code is "two_factor_required" or "rate_limited")
        {
            var isFirst = form.Code is null && form.RecoveryCode is null;
            var errors = isFirst ? FormErrors.None : FormErrors.From(e, context);
            return new HtmlPage<TwoFactorSignInPage>(new { Ticket = ticket, form.ReturnUrl, Errors = errors }, errors.Status);
        }
    }

    // The form is read for its token alone.
    private static async Task<IResult> SignOutAsync([FromForm] IFormCollection form, PasswordSignIn signIn, HttpContext context)
    {
        await signIn.EndAsync(context);
        return TypedResults.LocalRedirect("/");
    }

    // Properties, not parameters: a field that a form leaves out is null, and no error.
    internal sealed record SignInForm
    {
        public string? Email { get; init; }
        public string? Password { get; init; }
        public string? ReturnUrl { get; init; }
    }

    internal sealed record CodeForm
    {
        public string? Ticket { get; init; }
        public string? Code { get; init; }
        public string? RecoveryCode { get; init; }
        public string? ReturnUrl { get; init; }
    }
}
