using System.Security.Claims;
using AutoForge.Server.Accounts.Sessions;
using AutoForge.Server.Api.Problems;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Accounts.SignIn;

internal static class AuthEndpoints
{
    public static void MapAuth(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/auth").WithTags("Sign-in");
        group.MapPost("/register", RegisterAsync).ForAnyone().WithSummary("Register a user and open an account");
        group.MapPost("/login", LoginAsync).ForAnyone().WithSummary("Sign in: tokens in the body, a session cookie beside them")
            .Produces<AccessTokenResponse>();
        group.MapPost("/refresh", RefreshAsync).ForAnyone().WithSummary("Exchange a refresh token for new tokens of the same session")
            .Produces<AccessTokenResponse>();
        group.MapPost("/logout", LogoutAsync).ForAccount().ForSessionsOnly().WithSummary("End the session: its cookie and all its tokens");
        group.MapGet("/me", MeAsync).ForAccount().ForAnyKey().WithSummary("Who is signed in");
    }

    private static async Task<Created<Me>> RegisterAsync(
        Credentials credentials, Registration registration, SignInThrottle throttle, HttpContext context)
    {
        throttle.CountCaller("register", context);
        var user = await registration.RegisterAsync(credentials, context);
        return TypedResults.Created("/api/auth/me", Me.Of(user));
    }

    private static async Task<SignInHttpResult> LoginAsync(SignInRequest request, PasswordSignIn signIn, HttpContext context)
    {
        var user = await signIn.CheckAsync(request, context);
        var sessionId = await signIn.BeginAsync(user, context);
        return TypedResults.SignIn(
            CallerClaims.NewPrincipal(Schemes.Token, user, sessionId), authenticationScheme: Schemes.Token);
    }

    private static async Task<SignInHttpResult> RefreshAsync(
        RefreshRequest request, IOptionsMonitor<BearerTokenOptions> tokens, SessionStore sessions, SignInThrottle throttle,
        TimeProvider time, HttpContext context)
    {
        throttle.CountCaller("refresh", context);
        var ticket = tokens.Get(Schemes.Token).RefreshTokenProtector.Unprotect(request.RefreshToken);
        if (ticket?.Properties.ExpiresUtc is not { } expiresAt || time.GetUtcNow() >= expiresAt
            || await sessions.FindAsync(ticket.Principal, context.RequestAborted) is null)
            throw new AutoForgeException("invalid_refresh_token", "The refresh token is not valid any more; sign in again.");
        return TypedResults.SignIn(ticket.Principal, authenticationScheme: Schemes.Token);
    }

    private static async Task<NoContent> LogoutAsync(PasswordSignIn signIn, HttpContext context)
    {
        await signIn.EndAsync(context);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<Me>> MeAsync(ClaimsPrincipal caller, UserManager<User> users) =>
        TypedResults.Ok(Me.Of(await users.FindByIdAsync(caller.UserId().ToString()) ?? throw new NotFoundException()));

    internal sealed record RefreshRequest(string? RefreshToken);

    internal sealed record Me(Guid UserId, Guid AccountId, string Email)
    {
        public static Me Of(User user) => new(user.Id, user.AccountId, user.Email!);
    }
}
