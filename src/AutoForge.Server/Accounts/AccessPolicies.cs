using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;

namespace AutoForge.Server.Accounts;

/// <summary>What each <see cref="Access"/> asks of the caller.</summary>
internal static class AccessPolicies
{
    private const string AccountPolicy = "account";
    private const string AdminPolicy = "admin";

    public static void Configure(AuthorizationOptions options)
    {
        options.AddPolicy(AccountPolicy, policy => policy
            .AddAuthenticationSchemes(Schemes.Any)
            .RequireAssertion(context => context.User.HasAccount()));
        options.AddPolicy(AdminPolicy, policy => policy
            .AddAuthenticationSchemes(Schemes.Any)
            .RequireAssertion(context => context.User.HasAccount())
            .RequireRole("admin"));

        // A route without a mark is closed. What is no route passes: routing's own answers 404, 405 and 415.
        options.FallbackPolicy = new AuthorizationPolicyBuilder()
            .RequireAssertion(context => context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint)
            .Build();
    }

    extension<TBuilder>(TBuilder route) where TBuilder : IEndpointConventionBuilder
    {
        /// <summary>Anyone, signed in or not; the caller is not authenticated, so <c>HttpContext.User</c> is empty.</summary>
        public TBuilder ForAnyone() => route.AllowAnonymous().WithMetadata(new AccessMetadata(Access.Public));

        /// <summary>Whoever acts for an account, by cookie, token or API key.</summary>
        public TBuilder ForAccount() => route.RequireAuthorization(AccountPolicy).WithMetadata(new AccessMetadata(Access.Account));

        /// <summary>Whoever is signed in; the pages of the account.</summary>
        public TBuilder ForUser() => route.RequireAuthorization(AccountPolicy).WithMetadata(new AccessMetadata(Access.User));

        /// <summary>Administrators of this server.</summary>
        public TBuilder ForAdmin() => route.RequireAuthorization(AdminPolicy).WithMetadata(new AccessMetadata(Access.Admin));
    }
}
