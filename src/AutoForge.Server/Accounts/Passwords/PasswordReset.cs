using AutoForge.Server.Accounts.Audit;
using AutoForge.Server.Accounts.SignIn;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Mail;
using AutoForge.Server.Operations;
using Microsoft.AspNetCore.Identity;

namespace AutoForge.Server.Accounts.Passwords;

/// <summary>A new password by somebody who has lost the old one and reads the mail of its address.</summary>
/// <remarks>
/// The token names the user's security stamp: once a password is set, or the address changed, all tokens of before are void.
/// </remarks>
internal sealed class PasswordReset(UserManager<User> users, SignInThrottle throttle, PublicAddress address, ServerMail mail, AuditLog audit)
{
    /// <summary>How long a token is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(60);

    /// <summary>Sends a link if the address is known. The caller learns nothing, neither from the answer nor from its time.</summary>
    /// <exception cref="RateLimitedException">Too often, whether the address is known or not.</exception>
    public void Ask(string? email, HttpContext context)
    {
        throttle.CountCaller("forgot-password", context);
        if (!EmailAddress.TryParse(email, out var parsed))
            return;
        throttle.CountMail(parsed);
        context.Response.OnCompleted(() => SendLinkAsync(parsed));
    }

    /// <summary>Sets the password. All sessions end; two-factor and API keys stay.</summary>
    /// <exception cref="InvalidInputException">The new password will not do.</exception>
    /// <exception cref="AutoForgeException"><c>invalid_link</c>: the token is used, old or not of this address.</exception>
    public async Task ResetAsync(string? email, string? token, string? wanted, HttpContext context)
    {
        throttle.CountCaller("reset-password", context);
        if (PasswordPolicy.Objection(wanted, email) is { } objection)
            throw new InvalidInputException("newPassword", objection);

        var user = await users.FindByEmailAsync(email?.Trim() ?? "");
        if (user is null)
            throw InvalidLink();
        // Who has read the mail owns the address.
        user.EmailConfirmed = true;
        var result = await users.ResetPasswordAsync(user, token ?? "", wanted!);
        if (!result.Succeeded)
            throw InvalidLink();
        await audit.RecordAsync(AuditEntry.About(user, context, AuditAction.PasswordReset), context.RequestAborted);
        await mail.SendAsync(new MailText(user.Email!, "Your password was changed", PasswordMails.Changed), context.RequestAborted);
    }

    private async Task SendLinkAsync(string email)
    {
        if (await users.FindByEmailAsync(email) is not { } user)
            return;
        var query = QueryString.Create("email", user.Email!).Add("token", await users.GeneratePasswordResetTokenAsync(user));
        // The answer has gone out: there is no request left whose end could cancel this.
        await mail.SendAsync(
            new MailText(user.Email!, "Reset your password", PasswordMails.Reset($"{address.Origin}/reset-password{query}")), CancellationToken.None);
    }

    private static AutoForgeException InvalidLink() => new("invalid_link", "The link is not valid any more. Ask for a new one.");
}
