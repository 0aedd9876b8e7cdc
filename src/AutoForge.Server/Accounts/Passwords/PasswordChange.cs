using AutoForge.Server.Accounts.Audit;
using AutoForge.Server.Accounts.Sessions;
using AutoForge.Server.Accounts.SignIn;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Mail;
using Microsoft.AspNetCore.Identity;

namespace AutoForge.Server.Accounts.Passwords;

/// <summary>A new password by somebody who is signed in and knows the old one.</summary>
internal sealed class PasswordChange(UserManager<User> users, PasswordProof proof, SessionStore sessions, AuditLog audit, ServerMail mail)
{
    /// <summary>Changes it and ends all other sessions.</summary>
    /// <exception cref="InvalidInputException">The old one is wrong, or the new one will not do.</exception>
    public async Task ChangeAsync(string? current, string? wanted, HttpContext context)
    {
        var user = await proof.DemandAsync(current, context, "currentPassword");
        if (PasswordPolicy.Objection(wanted, user.Email) is { } objection)
            throw new InvalidInputException("newPassword", objection);

        // The new password brings a new security stamp, which ends every session that began with the old one.
        var result = await users.ChangePasswordAsync(user, current!, wanted!);
        if (!result.Succeeded)
            throw new InvalidInputException("newPassword", string.Join(" ", result.Errors.Select(error => error.Description)));
        // Crash here: the caller's session has ended with the others, and the user signs in with the new password.
        await sessions.KeepAsync(context.User, user.SecurityStamp!, context.RequestAborted);
        await audit.RecordAsync(AuditEntry.By(context, AuditAction.PasswordChanged), context.RequestAborted);
        await mail.SendAsync(new MailText(user.Email!, "Your password was changed", PasswordMails.Changed), context.RequestAborted);
    }
}
