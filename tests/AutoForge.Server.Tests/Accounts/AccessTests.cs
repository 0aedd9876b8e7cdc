using System.Net;
using AutoForge.Server.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Accounts;

/// <summary>security.md, tenancy: every route is enumerated and says who may call it.</summary>
public sealed class AccessTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void EveryRoute_SaysWhoMayCallIt()
    {
        var routes = Routes(server.Services);

        Assert.NotEmpty(routes);
        Assert.Empty(Unmarked(routes));
    }

    [Fact]
    public async Task EveryRoute_AsAnonymous_AnswersAsItsMarkSays()
    {
        using var client = server.NewClient();

        foreach (var route in Routes(server.Services))
        {
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), PathOf(route));
                using var response = await client.SendAsync(request, Cancelled);
                var access = route.Metadata.GetMetadata<AccessMetadata>()!.Access;
                Assert.True((access == Access.Admin ? Access.Account : access) == AccessOf(response), $"{method} {route.RoutePattern.RawText}: {response.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task UnmarkedRoute_IsFoundAndClosedToEverybody()
    {
        var node = await server.StartNodeAsync(app => app.MapGet("/api/forgotten", () => "secret"));
        var caller = await server.NewCallerAsync();
        using var client = server.NewClient(node.Address);
        client.DefaultRequestHeaders.Authorization = caller.Client.DefaultRequestHeaders.Authorization;

        using var response = await client.GetAsync("/api/forgotten", Cancelled);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("/api/forgotten", Assert.Single(Unmarked(Routes(node.App.Services))).RoutePattern.RawText);
    }

    [Fact]
    public async Task AdminRoute_AsUser_IsAsIfItDidNotExist()
    {
        var node = await server.StartNodeAsync(app => app.MapGet("/api/admin-only", () => "secret").ForAdmin());
        var caller = await server.NewCallerAsync();
        using var client = server.NewClient(node.Address);
        client.DefaultRequestHeaders.Authorization = caller.Client.DefaultRequestHeaders.Authorization;

        using var response = await client.GetAsync("/api/admin-only", Cancelled);

        using var absent = await client.GetAsync("/api/absent", Cancelled);

        await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Equal(await absent.Content.ReadAsStringAsync(Cancelled), await response.Content.ReadAsStringAsync(Cancelled));
    }

    // Nobody is an administrator, so their routes look like any account's.
    private static Access AccessOf(HttpResponseMessage response) => response switch
    {
        { StatusCode: HttpStatusCode.Unauthorized } => Access.Account,
        { StatusCode: HttpStatusCode.Found, Headers.Location.OriginalString: var location } when location.StartsWith("/sign-in", StringComparison.Ordinal) => Access.User,
        _ => Access.Public,
    };

    private static List<RouteEndpoint> Routes(IServiceProvider services) =>
        [.. services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    private static IEnumerable<RouteEndpoint> Unmarked(IEnumerable<RouteEndpoint> routes) =>
        routes.Where(route => route.Metadata.GetMetadata<AccessMetadata>() is null);

    private static string PathOf(RouteEndpoint route) => string.Concat(route.RoutePattern.PathSegments.Select(segment =>
        "/" + string.Concat(segment.Parts.Select(part => part switch
        {
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "documentName" } => "v1",
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: "version" or "revision" } => "1",
            _ => Ids.NewId().ToString(),
        })))) is { Length: > 0 } path ? path : "/";
}
