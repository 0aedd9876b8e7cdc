using AutoForge.Server.Accounts.Audit;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace AutoForge.Server.Accounts.SignIn;

/// <summary>Checks e-mail address and password, and begins sessions.</summary>
internal sealed class PasswordSignIn(
    UserManager<User> users, IPasswordHasher<User> hasher, SessionStore sessions, SignInThrottle throttle, AuditLog audit)
{
    /// <exception cref="AutoForgeException"><c>invalid_credentials</c>, <c>rate_limited</c>.</exception>
    public async Task<User> CheckAsync(Credentials credentials, HttpContext context)
    {
        throttle.CountCaller("login", context);
        var email = credentials.Email?.Trim() ?? "";
        var password = credentials.Password ?? "";
        throttle.CountEmail(email);

        var user = await users.FindByEmailAsync(email);
        // An unknown address costs one hash as well, so that the time tells nothing.
        if (user is null)
            hasher.HashPassword(new User(), password);
        if (user is null || !await users.CheckPasswordAsync(user, password))
        {
            if (user is not null)
                RecordFailure(user, context);
            throw new AutoForgeException("invalid_credentials", "The e-mail address or the password is wrong.");
        }
        return user;
    }

    /// <summary>Begins a session and gives the browser its cookie.</summary>
    public async Task<Guid> BeginAsync(User user, HttpContext context)
    {
        var sessionId = await sessions.StartAsync(user, context.RequestAborted);
        await context.SignInAsync(
            Schemes.Cookie,
            CallerClaims.NewPrincipal(Schemes.Cookie, user.Id, user.AccountId, sessionId),
            new AuthenticationProperties { IsPersistent = true });
        await audit.RecordAsync(AuditEntry.About(user, context, AuditAction.SignedIn), context.RequestAborted);
        return sessionId;
    }

    /// <summary>Ends the caller's session and takes the cookie back.</summary>
    public async Task EndAsync(HttpContext context)
    {
        await sessions.EndAsync(context.User, context.RequestAborted);
        await context.SignOutAsync(Schemes.Cookie);
        await audit.RecordAsync(AuditEntry.By(context, AuditAction.SignedOut), context.RequestAborted);
    }

    // After the answer, whose time would otherwise tell that the address is known.
    private void RecordFailure(User user, HttpContext context)
    {
        var failure = AuditEntry.About(user, context, AuditAction.SignInFailed);
        context.Response.OnCompleted(() => audit.RecordAsync(failure, CancellationToken.None));
    }
}
