using System.Security.Claims;

namespace AutoForge.Server.Accounts;

/// <summary>What a signed-in caller's tokens say.</summary>
internal static class CallerClaims
{
    public const string AdminRole = "admin";

    private const string User = "sub";
    private const string Account = "account";
    private const string Session = "sid";
    private const string Role = "role";
    private const string Scope = "scope";

    /// <summary>A caller who has signed in.</summary>
    public static ClaimsPrincipal NewPrincipal(string scheme, User user, Guid sessionId) =>
        NewPrincipal(scheme, user.Id, user.AccountId, new Claim(Session, sessionId.ToString()));

    /// <summary>A caller with an API key, which is checked by itself and has no session.</summary>
    public static ClaimsPrincipal NewKeyPrincipal(string scheme, Guid userId, Guid accountId, IEnumerable<string> scopes) =>
        NewPrincipal(scheme, userId, accountId, [.. scopes.Select(scope => new Claim(Scope, scope))]);

    private static ClaimsPrincipal NewPrincipal(string scheme, Guid userId, Guid accountId, params IEnumerable<Claim> claims) =>
        new(new ClaimsIdentity([new Claim(User, userId.ToString()), new Claim(Account, accountId.ToString()), .. claims], scheme, User, Role));

    extension(ClaimsPrincipal caller)
    {
        /// <summary>The account whose things the caller may see; every query carries it.</summary>
        /// <exception cref="InvalidOperationException">The route is not <see cref="Access.Account"/>.</exception>
        public Guid AccountId() => caller.Id(Account) ?? throw new InvalidOperationException("Nobody is signed in on this route.");

        /// <exception cref="InvalidOperationException">The route is not <see cref="Access.Account"/>.</exception>
        public Guid UserId() => caller.Id(User) ?? throw new InvalidOperationException("Nobody is signed in on this route.");

        /// <summary>Null for API keys.</summary>
        public Guid? SessionId() => caller.Id(Session);

        /// <summary>Whether the caller came with an API key instead of a session.</summary>
        public bool IsApiKey() => caller.HasAccount() && caller.SessionId() is null;

        /// <summary>Of an API key.</summary>
        public IEnumerable<string> KeyScopes() => caller.FindAll(Scope).Select(claim => claim.Value);

        /// <summary>Makes the caller an administrator for this request.</summary>
        public void GrantAdmin() => ((ClaimsIdentity)caller.Identity!).AddClaim(new Claim(Role, AdminRole));

        public bool HasAccount() => caller.Identity is { IsAuthenticated: true } && caller.Id(Account) is not null;

        private Guid? Id(string claim) => Guid.TryParse(caller.FindFirst(claim)?.Value, out var id) ? id : null;
    }
}
