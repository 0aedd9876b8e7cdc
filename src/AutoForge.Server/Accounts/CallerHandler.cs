using System.Text.Encodings.Web;
using AutoForge.Server.Accounts.ApiKeys;
using AutoForge.Server.Accounts.Sessions;
using AutoForge.Server.Accounts.SignIn;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Layout;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Accounts;

/// <summary>Finds out who is calling, in whichever way the request says it, and whether that session still goes on.</summary>
internal sealed class CallerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, SessionStore sessions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var result = await Context.AuthenticateAsync(Schemes.Pick(Context));
        if (result.Principal is not { } caller || caller.IsApiKey())
            return result;
        if (await sessions.FindAsync(caller, Context.RequestAborted) is not { } session)
            return AuthenticateResult.Fail("The session has ended.");
        if (session.IsAdmin)
            caller.GrantAdmin();
        return result;
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var access = AccessOfRoute;
        if (access == Access.User || (access == Access.Admin && ErrorPages.AreWanted(Request)))
        {
            Response.Redirect(ReturnUrl.ToSignIn(Request));
            return Task.CompletedTask;
        }
        Response.Headers.WWWAuthenticate = "Bearer";
        return base.HandleChallengeAsync(properties);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        // Like what belongs to others: who may not see it cannot tell that it is there.
        if (AccessOfRoute == Access.Admin)
            throw new NotFoundException();
        if (!Context.User.IsApiKey())
            return base.HandleForbiddenAsync(properties);
        throw KeyAccess.Of(Context) is var access && access == KeyAccess.None
            ? new AutoForgeException("session_required", "An API key cannot do this; sign in.")
            : new AutoForgeException("scope_missing", $"The API key lacks the scope {access.ScopeFor(Request.Method)}.");
    }

    private Access? AccessOfRoute => Context.GetEndpoint()?.Metadata.GetMetadata<AccessMetadata>()?.Access;
}
