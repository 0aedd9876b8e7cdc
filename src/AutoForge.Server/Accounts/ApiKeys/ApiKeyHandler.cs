using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Accounts.ApiKeys;

/// <summary>Signs a request in by <c>Authorization: Bearer af_live_…</c>.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, ApiKeyStore keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        var key = header["Bearer ".Length..].Trim();
        if (!ApiKeyText.IsWellFormed(key) || await keys.FindOwnerAsync(key, Context.RequestAborted) is not { } owner)
            return AuthenticateResult.Fail("The API key is unknown.");

        var principal = CallerClaims.NewKeyPrincipal(Scheme.Name, owner.UserId, owner.AccountId, owner.Scopes);
        return AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name));
    }
}
