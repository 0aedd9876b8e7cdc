using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AutoForge.Server.Accounts;
using AutoForge.Testing.Running;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Security;

/// <summary>security.md, tenancy: pages that name a thing show another account's as if it did not exist. The routes come from the server itself.</summary>
public sealed partial class PageTenancyTests(TestServer server) : IClassFixture<TestServer>, IAsyncLifetime
{
    private readonly Dictionary<string, string> _things = [];
    private ApiClient _owner = null!;
    private PageClient _other = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _owner = await ApiClient.RegisterAsync(server.Address);
        _other = await PageClient.SignUpAsync(server.Address);
        var publication = await _owner.PublishAsync(Draw.Chain("Tenancy", Draw.Webhook(), Draw.Activity("wait", "Elsa.Delay", ("timeSpan", Draw.Literal("01:00:00")))));
        _things["workflow"] = publication["definitionId"]!.GetValue<string>();
        _things["run"] = (await _owner.PostAsync($"/api/v1/workflows/{_things["workflow"]}/run")).Expect(HttpStatusCode.Accepted)["runId"]!.GetValue<string>();
        _things["connection"] = (await _owner.PostAsync("/api/v1/connections", new JsonObject
        {
            ["name"] = "theirs",
            ["type"] = "secret",
            ["secrets"] = new JsonObject { ["value"] = "v" },
        })).Expect(HttpStatusCode.Created)["id"]!.GetValue<string>();
        _things["key"] = (await _owner.PostAsync("/api/user/api-keys", new JsonObject { ["name"] = "theirs" })).Expect(HttpStatusCode.Created)["id"]!.GetValue<string>();
        _things["session"] = (await _owner.GetAsync("/api/user/sessions")).Expect(HttpStatusCode.OK)["data"]![0]!["id"]!.GetValue<string>();
    }

    public ValueTask DisposeAsync()
    {
        _other.Dispose();
        _owner.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task EveryPageThatNamesAThing_AsAnotherAccount_IsAsIfItDidNotExist()
    {
        var pages = Pages().Where(page => page.Method == "GET").ToList();
        Assert.True(pages.Count >= 8, "Too few pages: the test would prove nothing.");

        foreach (var page in pages)
        {
            using var foreign = await _other.GetAsync(page.At(_things[page.Thing]));
            using var absent = await _other.GetAsync(page.At(Ids.NewId().ToString()));
            Assert.True(foreign.StatusCode == HttpStatusCode.NotFound, $"{page.Pattern}: {foreign.StatusCode}");
            Assert.Equal(await absent.Content.ReadAsStringAsync(Cancelled), await foreign.Content.ReadAsStringAsync(Cancelled));
        }
    }

    [Fact]
    public async Task EveryFormThatNamesAThing_AsAnotherAccount_ChangesNothing()
    {
        var forms = Pages().Where(page => page.Method == "POST").ToList();
        Assert.True(forms.Count >= 4, "Too few forms: the test would prove nothing.");
        // Filled in, so that nothing but the id can be wrong.
        var fields = new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = Token().Match(await _other.TextAsync("/dashboard")).Groups[1].Value,
            ["type"] = "AutoForge.HttpRequest",
            ["from"] = "start",
            ["key"] = Ids.NewId().ToString(),
        };

        foreach (var form in forms)
        {
            using var response = await _other.PostAsync(form.At(_things[form.Thing]), fields);
            Assert.True(response.StatusCode == HttpStatusCode.NotFound, $"{form.Pattern}: {response.StatusCode}");
        }
        Assert.DoesNotContain("Cancelled", (await _owner.GetAsync($"/api/v1/runs/{_things["run"]}")).Expect(HttpStatusCode.OK).ToJsonString(), StringComparison.Ordinal);
        (await _owner.GetAsync($"/api/v1/connections/{_things["connection"]}")).Expect(HttpStatusCode.OK);
        Assert.Single((await _owner.GetAsync("/api/user/api-keys")).Expect(HttpStatusCode.OK)["data"]!.AsArray());
    }

    [Fact]
    public async Task EveryPageThatNamesAThing_AsItsOwner_IsThere()
    {
        using var owner = await PageClient.SignInAsync(_owner);

        foreach (var page in Pages().Where(page => page.Method == "GET"))
        {
            using var response = await owner.GetAsync(page.At(_things[page.Thing]));
            // The replay of a run that is still open is refused, not hidden.
            Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Conflict, $"{page.Pattern}: {response.StatusCode}");
        }
    }

    private IEnumerable<Page> Pages() =>
        server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<AccessMetadata>()?.Access == Access.User)
            .SelectMany(route => route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Select(method => new Page(method, route.RoutePattern.RawText!)))
            .Where(page => page.Thing.Length > 0);

    private sealed record Page(string Method, string Pattern)
    {
        public string Thing => Pattern switch
        {
            _ when Pattern.Contains("{definitionId}", StringComparison.Ordinal) => "workflow",
            _ when !Pattern.Contains("{id", StringComparison.Ordinal) => "",
            _ when Pattern.StartsWith("/runs/", StringComparison.Ordinal) || Pattern.StartsWith("/workflows/instances/", StringComparison.Ordinal) => "run",
            _ when Pattern.StartsWith("/connections/", StringComparison.Ordinal) => "connection",
            _ when Pattern.StartsWith("/settings/sessions/", StringComparison.Ordinal) => "session",
            _ when Pattern.StartsWith("/settings/api-keys/", StringComparison.Ordinal) => "key",
            _ => throw new InvalidOperationException($"Say what {Pattern} names."),
        };

        public string At(string id) => Parameter().Replace(Pattern, id);
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
