using System.Text.Encodings.Web;
using AutoForge.Server.Accounts.SignIn;
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
        if (result.Principal is { } caller && !await sessions.IsLiveAsync(caller, Context.RequestAborted))
            return AuthenticateResult.Fail("The session has ended.");
        return result;
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Context.GetEndpoint()?.Metadata.GetMetadata<AccessMetadata>()?.Access == Access.User)
        {
            Response.Redirect(ReturnUrl.ToSignIn(Request));
            return Task.CompletedTask;
        }
        Response.Headers.WWWAuthenticate = "Bearer";
        return base.HandleChallengeAsync(properties);
    }
}
