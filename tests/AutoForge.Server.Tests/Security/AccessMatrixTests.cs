using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.ApiKeys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Security;

/// <summary>
/// security.md, tenancy and API keys: every route × everybody who could come, from the server's own table of routes. What
/// owners and other accounts see of each other's things is in <see cref="TenancyTests"/> and <see cref="PageTenancyTests"/>.
/// </summary>
public sealed partial class AccessMatrixTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void EveryAccountRoute_SaysWhichKeysMayCallIt() => Assert.Empty(Undecided(Routes(server.Services)));

    [Fact]
    public async Task UndecidedRoute_IsFoundAndClosedToKeys()
    {
        var node = await server.StartNodeAsync(app => app.MapGet("/api/forgotten", () => "secret").ForAccount());
        using var key = await WithKeyAsync(await server.NewCallerAsync(), node.Address, KeyScope.Full);

        using var response = await key.GetAsync("/api/forgotten", Cancelled);

        await response.ProblemAsync(HttpStatusCode.Forbidden, "session_required");
        Assert.Equal("/api/forgotten", Assert.Single(Undecided(Routes(node.App.Services))).Pattern);
    }

    [Fact]
    public async Task EveryClosedRoute_WithWhatIsNoSignIn_IsRefusedAlike()
    {
        var caller = await server.NewCallerAsync();
        string[] callers = [.. await UselessAsync(caller)];
        Assert.Equal(6, callers.Length);

        foreach (var useless in callers)
        {
            using var client = WithToken(useless);
            foreach (var route in Routes(server.Services).Where(route => route.Access != Access.Public))
            {
                using var response = await SendAsync(client, route);
                var refused = route.Access == Access.User
                    ? response.StatusCode == HttpStatusCode.Found && response.Headers.Location!.OriginalString.StartsWith("/sign-in", StringComparison.Ordinal)
                    : response.StatusCode == HttpStatusCode.Unauthorized;
                Assert.True(refused, $"{route} with {useless}: {response.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task EveryRoute_WithAKeyThatLacksTheScope_IsForbidden()
    {
        var caller = await server.NewCallerAsync();
        foreach (var group in Routes(server.Services).Where(route => route.Keys is not null && route.Keys != KeyAccess.Any).GroupBy(route => route.Wanted))
        {
            // Everything but the scope, and what includes it.
            string[] others = [.. KeyScope.All.Select(scope => scope.Name).Where(scope => !KeyScope.Covers([scope], group.Key))];
            using var client = await WithKeyAsync(caller, server.Address, others.Length > 0 ? others : [KeyScope.Full]);
            foreach (var route in group)
            {
                using var response = await SendAsync(client, route);
                if (route.Access == Access.Admin)
                    await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
                else
                    await response.ProblemAsync(HttpStatusCode.Forbidden, route.Keys == KeyAccess.None ? "session_required" : "scope_missing");
            }
        }
    }

    [Fact]
    public async Task EveryRouteForKeys_WithAKeyOfJustItsScope_IsLetIn()
    {
        foreach (var group in Routes(server.Services).Where(route => route.Keys is not null && route.Keys != KeyAccess.None).GroupBy(route => route.Wanted))
        {
            using var client = await WithKeyAsync(await server.NewCallerAsync(), server.Address, KeyScope.IsKnown(group.Key) ? group.Key : KeyScope.RunsRead);
            foreach (var route in group)
            {
                using var response = await SendAsync(client, route);
                Assert.True(response.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden), $"{route} with {group.Key}: {response.StatusCode}");
                Assert.True((int)response.StatusCode < 500, $"{route}: {response.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task EverySessionsOnlyRoute_WithTheFullestKey_IsForbidden()
    {
        using var client = await WithKeyAsync(await server.NewCallerAsync(), server.Address, KeyScope.Full);
        var routes = Routes(server.Services).Where(route => route.Access != Access.Admin && route.Keys == KeyAccess.None).ToList();
        // Passwords, keys, sessions, two-factor, address.
        foreach (var path in new[] { "/api/user/password", "/api/user/api-keys/", "/api/user/sessions/", "/api/user/two-factor/disable", "/api/user/email", "/api/user/audit" })
            Assert.Contains(routes, route => route.Pattern == path);

        foreach (var route in routes)
        {
            using var response = await SendAsync(client, route);
            await response.ProblemAsync(HttpStatusCode.Forbidden, "session_required");
        }
    }

    [Fact]
    public async Task EveryAdminRoute_AsMemberAndAsAdministrator_IsHiddenAndShown()
    {
        var node = await server.StartNodeAsync(app => app.MapGet("/api/admin-only", () => "secret").ForAdmin());
        var (member, admin) = (await server.NewCallerAsync(), await server.NewCallerAsync());
        // As the claim does; sessions that go on know it at once.
        await using (var command = server.Database.DataSource.CreateCommand("UPDATE users SET is_admin = true WHERE account_id = @account_id"))
        {
            command.Parameters.AddWithValue("account_id", admin.AccountId);
            await command.ExecuteNonQueryAsync(Cancelled);
        }
        using var key = await WithKeyAsync(admin, node.Address, KeyScope.Full);

        foreach (var route in Routes(node.App.Services).Where(route => route.Access == Access.Admin))
        {
            foreach (var hidden in new[] { At(node, member), key })
            {
                using var response = await SendAsync(hidden, route);
                await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
            }
            using var shown = await SendAsync(At(node, admin), route);
            Assert.True(shown.StatusCode is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden), $"{route}: {shown.StatusCode}");
        }
        using var secret = await At(node, admin).GetAsync("/api/admin-only", Cancelled);
        Assert.Equal(HttpStatusCode.OK, secret.StatusCode);
    }

    /// <summary>A route as it is called here: with ids that nobody has.</summary>
    private sealed record Route(string Method, string Pattern, Access? Access, KeyAccess? Keys)
    {
        public string Wanted => Keys!.ScopeFor(Method);

        public string Path => Parameter().Replace(Pattern.Replace("{documentName}", "v1", StringComparison.Ordinal), match =>
            match.Value.Contains("version", StringComparison.OrdinalIgnoreCase) || match.Value.Contains("revision", StringComparison.Ordinal) ? "1" : Ids.NewId().ToString());

        public override string ToString() => $"{Method} {Pattern}";
    }

    private static List<Route> Routes(IServiceProvider services)
    {
        List<Route> routes =
        [
            .. services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(route =>
                (route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]).Select(method => new Route(
                    method, route.RoutePattern.RawText!, route.Metadata.GetMetadata<AccessMetadata>()?.Access, route.Metadata.GetMetadata<KeyAccess>()))),
        ];
        Assert.True(routes.Count > 100, "Too few routes: the matrix would prove nothing.");
        return routes;
    }

    private static IEnumerable<Route> Undecided(IEnumerable<Route> routes) => routes.Where(route => route.Access != Access.Public && route.Keys is null);

    /// <summary>What looks like a sign-in and is none: nothing, a revoked and an expired key, a refresh token, and tokens of an ended session.</summary>
    private async Task<IEnumerable<string>> UselessAsync(Caller caller)
    {
        var (revoked, expired) = (await CreateKeyAsync(caller, KeyScope.Full), await CreateKeyAsync(caller, KeyScope.Full));
        using (await caller.Client.DeleteAsync($"/api/user/api-keys/{revoked.Id}", Cancelled))
        {
            // Revoked.
        }
        await using (var command = server.Database.DataSource.CreateCommand("UPDATE api_keys SET expires_at = now() WHERE id = @id"))
        {
            command.Parameters.AddWithValue("id", expired.Id);
            await command.ExecuteNonQueryAsync(Cancelled);
        }
        var ended = await server.NewCallerAsync();
        using (await ended.Client.PostAsync("/api/auth/logout", null, Cancelled))
        {
            // Ended.
        }
        return ["", revoked.Key, expired.Key, caller.RefreshToken, ended.Client.DefaultRequestHeaders.Authorization!.Parameter!, "not a token"];
    }

    private HttpClient WithToken(string token)
    {
        var client = server.NewClient();
        if (token.Length > 0)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private HttpClient At(TestNode node, Caller caller)
    {
        var client = server.NewClient(node.Address);
        client.DefaultRequestHeaders.Authorization = caller.Client.DefaultRequestHeaders.Authorization;
        return client;
    }

    private async Task<HttpClient> WithKeyAsync(Caller caller, Uri node, params string[] scopes)
    {
        var client = server.NewClient(node);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await CreateKeyAsync(caller, scopes)).Key);
        return client;
    }

    private static async Task<(Guid Id, string Key)> CreateKeyAsync(Caller caller, params string[] scopes)
    {
        using var response = await caller.Client.PostAsJsonAsync("/api/user/api-keys", new { name = "k", scopes }, Cancelled);
        var created = await response.JsonAsync();
        return (created.GetProperty("id").GetGuid(), created.GetProperty("key").GetString()!);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, Route route)
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Path);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
