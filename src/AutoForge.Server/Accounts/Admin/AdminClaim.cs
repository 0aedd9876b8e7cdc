using AutoForge.Server.Accounts.Audit;
using AutoForge.Server.Accounts.SignIn;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Layout;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace AutoForge.Server.Accounts.Admin;

/// <summary>The page behind the address that the first start prints.</summary>
internal static class AdminClaim
{
    public const string Path = "/admin/claim";

    public static void MapAdminClaim(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup(Path).ExcludeFromDescription().ForUser();
        pages.MapGet("/", ShowAsync);
        pages.MapPost("/", ClaimAsync);
    }

    private static async Task<IResult> ShowAsync(AdminInvitations invitations, CancellationToken cancellationToken, string? token = null) =>
        await invitations.IsOpenAsync(token, cancellationToken)
            ? new HtmlPage<AdminClaimPage>(new { Token = token })
            : throw new NotFoundException();

    private static async Task<IResult> ClaimAsync(
        [FromForm] ClaimForm form, HttpContext context, AdminInvitations invitations, UserManager<User> users, PasswordSignIn signIn, AuditLog audit)
    {
        var user = await users.FindByIdAsync(context.User.UserId().ToString()) ?? throw new NotFoundException();
        if (!await invitations.TryUseAsync(form.Token, context.RequestAborted))
            throw new NotFoundException();

        // Crash here: nobody is administrator and no invitation is open; the next start prints a new one.
        user.IsAdmin = true;
        var result = await users.UpdateAsync(user);
        if (!result.Succeeded)
            throw new InvalidOperationException($"The user was not made administrator: {result}");
        await audit.RecordAsync(AuditEntry.By(context, AuditAction.BecameAdmin), context.RequestAborted);

        // New rights, new session: a cookie that somebody else knows does not gain them.
        await signIn.RenewAsync(user, context);
        return TypedResults.LocalRedirect(ReturnUrl.Home);
    }

    internal sealed record ClaimForm(string? Token);
}
