using AutoForge.Server.Accounts.Audit;
using AutoForge.Server.Accounts.Passwords;
using AutoForge.Server.Accounts.SignIn;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Mail;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AutoForge.Server.Accounts.Confirmation;

/// <summary>Another e-mail address: confirmed at the new one, told to the old one.</summary>
internal sealed class EmailChange(
    UserManager<User> users, PasswordProof proof, EmailConfirmation confirmation, SignInThrottle throttle, ServerMail mail, AuditLog audit)
{
    /// <summary>Sends a link to the new address. Nothing changes before it is followed.</summary>
    /// <exception cref="InvalidInputException">The address will not do, or the password is wrong.</exception>
    public async Task AskAsync(string? newEmail, string? password, HttpContext context)
    {
        var user = await proof.DemandAsync(password, context);
        if (!EmailAddress.TryParse(newEmail, out var wanted))
            throw new InvalidInputException("newEmail", "Enter an e-mail address, such as name@example.com.");
        throttle.CountMail(wanted);
        // A taken address gets no link, and the answer does not say so: it would tell who has an account here.
        if (await users.FindByEmailAsync(wanted) is not null)
            return;
        var link = confirmation.Link(
            ("user", user.Id.ToString()), ("email", wanted), ("token", await users.GenerateChangeEmailTokenAsync(user, wanted)));
        await mail.SendAsync(new MailText(wanted, "Confirm your new e-mail address",
            $"""
            You want to sign in to AutoForge with this address from now on. Confirm it here:

            {link}

            The link works once, within 24 hours. If it was not you, nothing needs to be done.
            """), context.RequestAborted);
    }

    /// <summary>Changes the address. All sessions end.</summary>
    /// <exception cref="AutoForgeException"><c>invalid_link</c>.</exception>
    public async Task ConfirmAsync(string? userId, string newEmail, string? token, HttpContext context)
    {
        throttle.CountCaller("confirm-email", context);
        var user = await confirmation.FindAsync(userId);
        var old = user.Email!;
        // Saved together with the address, or not at all.
        user.UserName = newEmail;
        try
        {
            if (!(await users.ChangeEmailAsync(user, newEmail, token ?? "")).Succeeded)
                throw EmailConfirmation.InvalidLink();
        }
        // Somebody has registered with it since the link was sent.
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw EmailConfirmation.InvalidLink();
        }
        await audit.RecordAsync(AuditEntry.About(user, context, AuditAction.EmailChanged, $"From {old} to {newEmail}"), context.RequestAborted);
        await mail.SendAsync(new MailText(old, "Your e-mail address was changed",
            $"""
            Your AutoForge account now belongs to {newEmail}, and all sessions have ended.

            If that was not you, write to whoever runs this server.
            """), context.RequestAborted);
    }
}
