using AutoForge.Server.Accounts.ApiKeys;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Accounts;

/// <summary>What each <see cref="Access"/> asks of the caller.</summary>
internal static class AccessPolicies
{
    private const string AccountPolicy = "account";
    private const string AdminPolicy = "admin";
    private const string ScraperPolicy = "scraper";

    public static void Configure(AuthorizationOptions options)
    {
        options.AddPolicy(AccountPolicy, policy => policy
            .AddAuthenticationSchemes(Schemes.Any)
            .RequireAssertion(context => context.User.HasAccount())
            .RequireAssertion(context => !context.User.IsApiKey() || context.Resource is HttpContext http && KeyAccess.Of(http).Admits(http)));
        options.AddPolicy(AdminPolicy, policy => policy
            .AddAuthenticationSchemes(Schemes.Any)
            .RequireAssertion(context => context.User.HasAccount())
            .RequireRole(CallerClaims.AdminRole));
        options.AddPolicy(ScraperPolicy, policy => policy
            .AddAuthenticationSchemes(Schemes.Any)
            .RequireAssertion(context => (context.User.HasAccount() && context.User.IsInRole(CallerClaims.AdminRole)) || IsScraper(context.Resource)));

        // A route without a mark is closed. What is no route passes: routing's own answers 404, 405 and 415.
        options.FallbackPolicy = new AuthorizationPolicyBuilder()
            .RequireAssertion(context => context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint)
            .Build();
    }

    private static bool IsScraper(object? resource) =>
        resource is HttpContext http && http.RequestServices.GetRequiredService<IOptions<ServerOptions>>().Value.Metrics.Admits(http.Request);

    extension<TBuilder>(TBuilder route) where TBuilder : IEndpointConventionBuilder
    {
        /// <summary>Anyone, signed in or not; the caller is not authenticated, so <c>HttpContext.User</c> is empty.</summary>
        public TBuilder ForAnyone() => route.AllowAnonymous().WithMetadata(new AccessMetadata(Access.Public));

        /// <summary>Whoever acts for an account, by cookie or token; API keys as the second mark on the route says.</summary>
        public TBuilder ForAccount() => route.RequireAuthorization(AccountPolicy).WithMetadata(new AccessMetadata(Access.Account));

        /// <summary>Whoever is signed in; the pages of the account.</summary>
        public TBuilder ForUser() => route.RequireAuthorization(AccountPolicy).WithMetadata(new AccessMetadata(Access.User), KeyAccess.None);

        /// <summary>Administrators of this server, signed in themselves; to everybody else the route does not exist.</summary>
        public TBuilder ForAdmin() => route.RequireAuthorization(AdminPolicy).WithMetadata(new AccessMetadata(Access.Admin), KeyAccess.None);

        /// <summary>Administrators, and who has the token of metrics; to everybody else the route does not exist.</summary>
        public TBuilder ForScrapers() => route.RequireAuthorization(ScraperPolicy).WithMetadata(new AccessMetadata(Access.Admin), KeyAccess.None);

        /// <summary>API keys with the scope; <see cref="KeyScope"/> has the names.</summary>
        /// <param name="write">For methods other than GET and HEAD; null = the same.</param>
        public TBuilder ForKeys(string scope, string? write = null) => route.WithMetadata(new KeyAccess(scope, write ?? scope));

        /// <summary>API keys of any scope.</summary>
        public TBuilder ForAnyKey() => route.WithMetadata(KeyAccess.Any);

        /// <summary>No API key at all: what decides who gets into the account is done by a person who is signed in.</summary>
        public TBuilder ForSessionsOnly() => route.WithMetadata(KeyAccess.None);
    }
}
