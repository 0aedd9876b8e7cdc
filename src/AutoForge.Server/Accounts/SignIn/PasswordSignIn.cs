using AutoForge.Server.Accounts.Audit;
using AutoForge.Server.Accounts.Sessions;
using AutoForge.Server.Accounts.TwoFactor;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace AutoForge.Server.Accounts.SignIn;

/// <summary>Checks e-mail address, password and second factor, and begins sessions.</summary>
internal sealed class PasswordSignIn(
    UserManager<User> users, IPasswordHasher<User> hasher, SecondFactor secondFactor, SessionStore sessions, SignInThrottle throttle, AuditLog audit)
{
    /// <exception cref="AutoForgeException"><c>invalid_credentials</c>, <c>two_factor_required</c>, <c>rate_limited</c>.</exception>
    public async Task<User> CheckAsync(SignInRequest request, HttpContext context)
    {
        var user = await CheckPasswordAsync(request, context);
        await CheckCodeAsync(user, request.TwoFactorCode, request.RecoveryCode, context);
        return user;
    }

    /// <summary>The first half of <see cref="CheckAsync"/>: who passes has not signed in yet.</summary>
    /// <exception cref="AutoForgeException"><c>invalid_credentials</c>, <c>rate_limited</c>.</exception>
    public async Task<User> CheckPasswordAsync(SignInRequest request, HttpContext context)
    {
        throttle.CountCaller("login", context);
        var email = request.Email?.Trim() ?? "";
        var password = request.Password ?? "";
        throttle.CountEmail(email);

        var user = await users.FindByEmailAsync(email);
        // An unknown address costs one hash as well, so that the time tells nothing.
        if (user is null)
            hasher.HashPassword(new User(), password);
        if (user is not null && await users.CheckPasswordAsync(user, password))
            return user;
        if (user is not null)
            RecordFailure(user, context);
        throw new AutoForgeException("invalid_credentials", "The e-mail address or the password is wrong.");
    }

    /// <summary>The second half.</summary>
    /// <exception cref="AutoForgeException"><c>two_factor_required</c>, <c>rate_limited</c>.</exception>
    public async Task CheckCodeAsync(User user, string? code, string? recoveryCode, HttpContext context)
    {
        try
        {
            await secondFactor.CheckAsync(user, code, recoveryCode, context);
        }
        catch (AutoForgeException e) when (e.Code == "two_factor_required" && (code ?? recoveryCode) is { Length: > 0 })
        {
            RecordFailure(user, context);
            throw;
        }
    }

    /// <summary>Begins a session and gives the browser its cookie.</summary>
    public async Task<Guid> BeginAsync(User user, HttpContext context)
    {
        var sessionId = await StartAsync(user, context);
        await audit.RecordAsync(AuditEntry.About(user, context, AuditAction.SignedIn), context.RequestAborted);
        return sessionId;
    }

    /// <summary>Puts a new session in the place of the caller's.</summary>
    public async Task RenewAsync(User user, HttpContext context)
    {
        if (context.User.SessionId() is { } old)
            await sessions.EndAsync(context.User, old, context.RequestAborted);
        await StartAsync(user, context);
    }

    /// <summary>Ends the caller's session and takes the cookie back.</summary>
    public async Task EndAsync(HttpContext context)
    {
        if (context.User.SessionId() is { } id)
            await sessions.EndAsync(context.User, id, context.RequestAborted);
        await context.SignOutAsync(Schemes.Cookie);
        await audit.RecordAsync(AuditEntry.By(context, AuditAction.SignedOut), context.RequestAborted);
    }

    private async Task<Guid> StartAsync(User user, HttpContext context)
    {
        var sessionId = await sessions.StartAsync(user, context);
        await context.SignInAsync(
            Schemes.Cookie,
            CallerClaims.NewPrincipal(Schemes.Cookie, user, sessionId),
            new AuthenticationProperties { IsPersistent = true });
        return sessionId;
    }

    // After the answer, whose time would otherwise tell that the address is known.
    private void RecordFailure(User user, HttpContext context)
    {
        var failure = AuditEntry.About(user, context, AuditAction.SignInFailed);
        context.Response.OnCompleted(() => audit.RecordAsync(failure, CancellationToken.None));
    }
}
