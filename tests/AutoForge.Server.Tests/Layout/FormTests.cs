using System.Net;
using AutoForge.Server.Accounts;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Layout;

/// <summary>security.md, sign-in: every form that changes something carries a token of this server's own page.</summary>
public sealed class FormTests(TestServer server) : IClassFixture<TestServer>
{
    private static readonly string[] Visitors = ["/sign-up", "/sign-in"];

    [Fact]
    public void EveryForm_AsksForAToken()
    {
        var forms = Forms();

        Assert.True(forms.Count >= 8, "Too few forms: the test would prove nothing.");
        Assert.Empty(forms.Where(form => form.Metadata.GetMetadata<IAntiforgeryMetadata>() is not { RequiresValidation: true }).Select(form => form.RoutePattern.RawText));
    }

    [Fact]
    public async Task EveryForm_WithoutItsToken_ChangesNothing()
    {
        using var visitor = await PageClient.SignUpAsync(server.Address);

        foreach (var form in Forms())
        {
            var path = form.RoutePattern.RawText!.Replace("{id:guid}", Ids.NewId().ToString(), StringComparison.Ordinal).Replace("{type}", "secret", StringComparison.Ordinal);
            using var response = await visitor.PostAsync(path, new Dictionary<string, string> { ["name"] = "n", ["value"] = "v" });
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{path}: {response.StatusCode}");
            Assert.Contains("The form has expired", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        Assert.Contains("Sign out", await visitor.TextAsync("/dashboard"), StringComparison.Ordinal);
    }

    private List<RouteEndpoint> Forms() =>
        [.. server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true)
            .Where(route => route.Metadata.GetMetadata<AccessMetadata>()?.Access == Access.User || Visitors.Contains(route.RoutePattern.RawText))];
}
