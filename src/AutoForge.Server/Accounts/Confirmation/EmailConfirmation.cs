using AutoForge.Server.Accounts.Audit;
using AutoForge.Server.Accounts.SignIn;
using AutoForge.Server.Mail;
using AutoForge.Server.Operations;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Accounts.Confirmation;

/// <summary>Finds out whether a user reads the mail of the address that they gave.</summary>
internal sealed class EmailConfirmation(
    UserManager<User> users, SignInThrottle throttle, PublicAddress address, ServerMail mail, AuditLog audit, IOptions<ServerOptions> options)
{
    /// <summary>Sends the link, if the server asks for confirmation and the user has not confirmed.</summary>
    public async Task SendAsync(User user, CancellationToken cancellationToken)
    {
        if (!options.Value.AsksForConfirmation || user.EmailConfirmed)
            return;
        var link = Link(("user", user.Id.ToString()), ("token", await users.GenerateEmailConfirmationTokenAsync(user)));
        await mail.SendAsync(new MailText(user.Email!, "Confirm your e-mail address",
            $"""
            Welcome to AutoForge. Please confirm that this is your address:

            {link}

            The link works for 24 hours. If you have not registered, nothing needs to be done.
            """), cancellationToken);
    }

    /// <summary>The same, because the user asks for it.</summary>
    /// <exception cref="Api.Problems.RateLimitedException">Too often.</exception>
    public Task SendAgainAsync(User user, CancellationToken cancellationToken)
    {
        throttle.CountMail(user.Email!);
        return SendAsync(user, cancellationToken);
    }

    /// <exception cref="AutoForgeException"><c>invalid_link</c>.</exception>
    public async Task ConfirmAsync(string? userId, string? token, HttpContext context)
    {
        throttle.CountCaller("confirm-email", context);
        var user = await FindAsync(userId);
        if (!(await users.ConfirmEmailAsync(user, token ?? "")).Succeeded)
            throw InvalidLink();
        await audit.RecordAsync(AuditEntry.About(user, context, AuditAction.EmailConfirmed, user.Email), context.RequestAborted);
    }

    public async Task<User> FindAsync(string? userId) =>
        Guid.TryParse(userId, out _) && await users.FindByIdAsync(userId) is { } user ? user : throw InvalidLink();

    /// <summary>The address of the page that confirms. Its host is the server's own, never that of a request.</summary>
    public string Link(params IEnumerable<(string Name, string Value)> query) =>
        $"{address.Origin}/confirm-email{QueryString.Create(query.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value)))}";

    public static AutoForgeException InvalidLink() => new("invalid_link", "The link is not valid any more. Ask for a new one.");
}
