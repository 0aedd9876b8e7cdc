using System.Net;
using System.Net.Http.Json;

namespace AutoForge.Server.Tests.Accounts;

public sealed class SignInThrottleTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Login_EleventhTryForOneAddress_IsRefusedWhetherItIsKnownOrNot()
    {
        var caller = await server.NewCallerAsync();
        using var client = server.NewClient(await server.StartNodeAsync("AutoForge:RateLimits:Enabled=true"));

        foreach (var email in new[] { caller.Email, "nobody@example.com" })
        {
            for (var i = 0; i < 10; i++)
            {
                using var wrong = await LoginAsync(client, email);
                await wrong.ProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
            }
            using var refused = await LoginAsync(client, email.ToUpperInvariant());
            await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        }
    }

    [Fact]
    public async Task Refresh_SixtyFirstTryOfOneCaller_IsRefused()
    {
        using var client = server.NewClient(await server.StartNodeAsync("AutoForge:RateLimits:Enabled=true"));

        for (var i = 0; i < 60; i++)
        {
            using var wrong = await client.PostAsJsonAsync("/api/auth/refresh", new { refreshToken = "x" }, Cancelled);
            await wrong.ProblemAsync(HttpStatusCode.Unauthorized, "invalid_refresh_token");
        }

        using var refused = await client.PostAsJsonAsync("/api/auth/refresh", new { refreshToken = "x" }, Cancelled);
        await refused.ProblemAsync(HttpStatusCode.TooManyRequests, "rate_limited");
    }

    private static Task<HttpResponseMessage> LoginAsync(HttpClient client, string email) =>
        client.PostAsJsonAsync("/api/auth/login", new { email, password = "not the password" }, Cancelled);
}
