using System.Security.Claims;

namespace AutoForge.Server.Accounts;

/// <summary>What a signed-in caller's tokens say.</summary>
internal static class CallerClaims
{
    private const string User = "sub";
    private const string Account = "account";
    private const string Session = "sid";

    /// <summary>A caller; <paramref name="sessionId"/> is null for API keys, which are checked by themselves.</summary>
    public static ClaimsPrincipal NewPrincipal(string scheme, Guid userId, Guid accountId, Guid? sessionId)
    {
        var identity = new ClaimsIdentity(scheme, User, roleType: "role");
        identity.AddClaim(new Claim(User, userId.ToString()));
        identity.AddClaim(new Claim(Account, accountId.ToString()));
        if (sessionId is { } session)
            identity.AddClaim(new Claim(Session, session.ToString()));
        return new ClaimsPrincipal(identity);
    }

    extension(ClaimsPrincipal caller)
    {
        /// <summary>The account whose things the caller may see; every query carries it.</summary>
        /// <exception cref="InvalidOperationException">The route is not <see cref="Access.Account"/>.</exception>
        public Guid AccountId() => caller.Id(Account) ?? throw new InvalidOperationException("Nobody is signed in on this route.");

        /// <exception cref="InvalidOperationException">The route is not <see cref="Access.Account"/>.</exception>
        public Guid UserId() => caller.Id(User) ?? throw new InvalidOperationException("Nobody is signed in on this route.");

        /// <summary>Null for API keys.</summary>
        public Guid? SessionId() => caller.Id(Session);

        public bool HasAccount() => caller.Identity is { IsAuthenticated: true } && caller.Id(Account) is not null;

        private Guid? Id(string claim) => Guid.TryParse(caller.FindFirst(claim)?.Value, out var id) ? id : null;
    }
}
