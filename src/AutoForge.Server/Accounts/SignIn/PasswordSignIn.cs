using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace AutoForge.Server.Accounts.SignIn;

/// <summary>Checks e-mail address and password, and begins sessions.</summary>
internal sealed class PasswordSignIn(UserManager<User> users, IPasswordHasher<User> hasher, SessionStore sessions, SignInThrottle throttle)
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
            throw new AutoForgeException("invalid_credentials", "The e-mail address or the password is wrong.");
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
        return sessionId;
    }

    /// <summary>Ends the caller's session and takes the cookie back.</summary>
    public async Task EndAsync(HttpContext context)
    {
        await sessions.EndAsync(context.User, context.RequestAborted);
        await context.SignOutAsync(Schemes.Cookie);
    }
}
