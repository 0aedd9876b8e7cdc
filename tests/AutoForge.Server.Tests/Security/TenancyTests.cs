using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using AutoForge.Server.Accounts;
using AutoForge.Testing.Running;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Security;

/// <summary>
/// security.md, tenancy: every route that names a thing, as its owner, as another account, as nobody and with a revoked
/// key. The routes come from the server itself; one that is new must be taught here what it names.
/// </summary>
public sealed class TenancyTests(TestServer server) : IClassFixture<TestServer>, IAsyncLifetime
{
    private readonly Dictionary<string, string> _things = [];
    private Caller _owner = null!;
    private Caller _other = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _owner = await server.NewCallerAsync();
        _other = await server.NewCallerAsync();
        // Everything the owner has, one of each kind; the run waits, so that it can be cancelled.
        var workflow = await PostAsync("/api/v1/workflows", Draw.Chain("Tenancy", Draw.Webhook(), Draw.Activity("wait", "Elsa.Delay", ("timeSpan", Draw.Literal("01:00:00")))));
        _things["workflow"] = workflow["definitionId"]!.GetValue<string>();
        _things["version"] = workflow["id"]!.GetValue<string>();
        await PostAsync($"/api/v1/workflows/{_things["workflow"]}/publish");
        _things["run"] = (await PostAsync($"/api/v1/workflows/{_things["workflow"]}/run"))["runId"]!.GetValue<string>();
        // Its steps are stored when it comes to rest.
        while ((await _owner.Client.GetFromJsonAsync<JsonNode>($"/api/v1/runs/{_things["run"]}", Cancelled))!["status"]!.GetValue<string>() != "Waiting")
            await Task.Yield();
        _things["execution"] = $"{Guid.Parse(_things["run"]):N}-1";
        _things["connection"] = (await PostAsync("/api/v1/connections", Connection("theirs")))["id"]!.GetValue<string>();
        using (await _owner.Client.PostAsJsonAsync("/api/auth/login", new { email = _owner.Email, password = TestServer.Password }, Cancelled))
        {
            // A second session, so that one can be ended.
        }
        var sessions = (await _owner.Client.GetFromJsonAsync<JsonNode>("/api/user/sessions", Cancelled))!["data"]!.AsArray();
        _things["session"] = sessions.First(session => !session!["isCurrent"]!.GetValue<bool>())!["id"]!.GetValue<string>();
        _things["key"] = (await PostAsync("/api/user/api-keys", new JsonObject { ["name"] = "k" }))["id"]!.GetValue<string>();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task EveryRouteThatNamesAThing_AsAnotherAccount_IsAsIfItDidNotExist()
    {
        var before = await EverythingAsync();

        foreach (var route in NamingRoutes())
        {
            var foreign = await SendAsync(_other.Client, route, _things[route.Thing]);
            var absent = await SendAsync(_other.Client, route, Ids.NewId().ToString());
            var own = await SendAsync(_owner.Client, route, Ids.NewId().ToString());

            Assert.True(foreign.Status == HttpStatusCode.NotFound, $"{route}: {foreign}");
            Assert.True(foreign == absent, $"{route}: {foreign} is not {absent}");
            Assert.True(foreign == own, $"{route}: {foreign} is not {own}");
        }

        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task EveryRouteThatNamesAThing_AsItsOwner_FindsIt()
    {
        // What deletes comes last.
        foreach (var route in NamingRoutes().OrderBy(route => route.Method == "DELETE"))
        {
            // More than one route deletes a workflow.
            if (route is { Method: "DELETE", Thing: "workflow" or "version" })
                await RestoreWorkflowAsync();
            var answer = await SendAsync(_owner.Client, route, _things[route.Thing]);

            Assert.True((int)answer.Status < 500 && answer.Status is not (HttpStatusCode.NotFound or HttpStatusCode.Unauthorized), $"{route}: {answer}");
        }
    }

    [Fact]
    public async Task EveryAccountRoute_AsNobodyOrWithARevokedKey_IsUnauthenticated()
    {
        var created = await PostAsync("/api/user/api-keys", new JsonObject { ["name"] = "revoked" });
        using var revoked = server.NewClient();
        revoked.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", created["key"]!.GetValue<string>());
        using (var works = await revoked.GetAsync("/api/v1/runs", Cancelled))
            Assert.Equal(HttpStatusCode.OK, works.StatusCode);
        using (await _owner.Client.DeleteAsync($"/api/user/api-keys/{created["id"]}", Cancelled))
        {
            // Revoked.
        }
        using var anonymous = server.NewClient();
        var before = await EverythingAsync();

        var answers = new HashSet<(HttpStatusCode, string)>();
        foreach (var route in AccountRoutes())
        {
            var id = route.Thing.Length > 0 ? _things[route.Thing] : "";
            answers.Add(await SendAsync(anonymous, route, id) is var nobody ? (nobody.Status, nobody.Body) : default);
            answers.Add(await SendAsync(revoked, route, id) is var gone ? (gone.Status, gone.Body) : default);
        }

        var answer = Assert.Single(answers);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Item1);
        Assert.Equal(before, await EverythingAsync());
    }

    [Fact]
    public async Task EveryListAndFilter_AsAnotherAccount_HoldsNothingOfTheOwner()
    {
        string[] filters =
        [
            $"/api/v1/runs?workflow={_things["workflow"]}", $"/api/v1/runs?q={_things["run"]}", $"/api/credits/ledger?runId={_things["run"]}",
            $"/api/v1/refusals?workflow={_things["workflow"]}", $"/api/v1/runs?cursor=ffffffff-ffff-ffff-ffff-ffffffffffff",
        ];
        var lists = AccountRoutes().Where(route => route is { Method: "GET", Thing: "" }).Select(route => route.Pattern).ToArray();
        Assert.NotEmpty(lists);

        foreach (var path in lists.Concat(filters))
        {
            using var response = await _other.Client.GetAsync(path, Cancelled);
            var body = await response.Content.ReadAsStringAsync(Cancelled);
            Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode}");
            Assert.DoesNotContain(_things.Values.Append(_owner.AccountId.ToString()).Append(_owner.Email), id => body.Contains(id, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task IdsInBodies_OfAnotherAccount_AreAsIfTheyDidNotExist()
    {
        foreach (var workflow in new[] { _things["workflow"], Ids.NewText() })
        {
            using var response = await _other.Client.PostAsJsonAsync("/api/jobs", new { workflow }, Cancelled);
            await response.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        }
        // A definition's id is the account's own: the other account may use the same, and gets a workflow of its own.
        var document = Draw.Chain("Theirs", Draw.Webhook());
        document["definitionId"] = _things["workflow"];
        using var created = await _other.Client.PostAsJsonAsync("/api/v1/workflows", document, Cancelled);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var mine = await _owner.Client.GetAsync($"/api/v1/workflows/{_things["workflow"]}", Cancelled);
        Assert.Equal("Tenancy", (await mine.JsonAsync()).GetProperty("name").GetString());
        using var delete = await _other.Client.DeleteAsync($"/api/v1/workflows/{_things["workflow"]}", Cancelled);
        Assert.Equal(HttpStatusCode.NoContent, delete.StatusCode);
        using var still = await _owner.Client.GetAsync($"/api/v1/workflows/{_things["workflow"]}", Cancelled);
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
    }

    private sealed record Route(string Method, string Pattern, string Thing)
    {
        public override string ToString() => $"{Method} {Pattern}";
    }

    private sealed record Answer(HttpStatusCode Status, string Body);

    private IEnumerable<Route> NamingRoutes() => AccountRoutes().Where(route => route.Thing.Length > 0 && !SaysNothing(route));

    // The same empty answer whatever it is asked about: there is nothing in it to protect.
    private static bool SaysNothing(Route route) => route.Pattern == "/elsa/api/scripting/javascript/type-definitions/{0}";

    private List<Route> AccountRoutes()
    {
        var routes = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<AccessMetadata>()?.Access == Access.Account)
            // What a hub names comes in its messages; its own tests ask for the runs of others.
            .Where(route => route.Metadata.GetMetadata<HubMetadata>() is null)
            .SelectMany(route => route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Select(method => new Route(method, PatternOf(route), ThingOf(route))))
            .ToList();
        Assert.True(routes.Count(route => route.Thing.Length > 0) >= 15, "Too few routes: the matrix would prove nothing.");
        return routes;
    }

    private static string PatternOf(RouteEndpoint route)
    {
        var path = "/" + string.Join('/', route.RoutePattern.PathSegments.Select(segment =>
            string.Concat(segment.Parts.Select(part => part switch
            {
                RoutePatternLiteralPart literal => literal.Content,
                RoutePatternParameterPart { Name: "version" or "revision" } => "1",
                _ => "{0}",
            }))));
        return path + QueryOf(path);
    }

    // Routes that name a thing in the query.
    private static string QueryOf(string path) => path switch
    {
        "/elsa/api/activity-executions/list" or "/elsa/api/activity-execution-summaries/list" => "?WorkflowInstanceId={0}",
        "/elsa/api/activity-executions/by-id" => "?id={0}",
        _ => "",
    };

    /// <summary>What the route's parameter names.</summary>
    private static string ThingOf(RouteEndpoint route) => (route.RoutePattern.Parameters, PatternOf(route)) switch
    {
        (_, var path) when path.StartsWith("/elsa/api/activity-executions/{0}/", StringComparison.Ordinal) || path.EndsWith("?id={0}", StringComparison.Ordinal) => "execution",
        (_, var path) when path.Contains("/workflow-instances/{0}", StringComparison.Ordinal) || path.EndsWith("?WorkflowInstanceId={0}", StringComparison.Ordinal) => "run",
        ([], _) => "",
        ([{ Name: "definitionId" }, ..], _) => "workflow",
        ([{ Name: "versionId" }], _) => "version",
        ([{ Name: "id" }], ['/', .. var path]) when path.StartsWith("api/v1/runs/", StringComparison.Ordinal) || path.StartsWith("api/jobs/", StringComparison.Ordinal) => "run",
        ([{ Name: "id" }], ['/', .. var path]) when path.StartsWith("api/v1/connections/", StringComparison.Ordinal) => "connection",
        ([{ Name: "id" }], ['/', .. var path]) when path.StartsWith("api/user/api-keys/", StringComparison.Ordinal) => "key",
        ([{ Name: "id" }], ['/', .. var path]) when path.StartsWith("api/user/sessions/", StringComparison.Ordinal) => "session",
        _ => throw new InvalidOperationException($"Say what {route.RoutePattern.RawText} names."),
    };

    private static async Task<Answer> SendAsync(HttpClient client, Route route, string id)
    {
        using var request = new HttpRequestMessage(new HttpMethod(route.Method), route.Pattern.Replace("{0}", id, StringComparison.Ordinal));
        if (BodyOf(route) is { } body)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        // A stream of events goes on as long as the run does.
        var isStream = response.Content.Headers.ContentType?.MediaType == "text/event-stream";
        return new Answer(response.StatusCode, isStream ? "" : await response.Content.ReadAsStringAsync(Cancelled));
    }

    // Well formed, so that nothing but the id can be wrong.
    private static JsonObject? BodyOf(Route route) => (route.Method, route.Pattern) switch
    {
        ("PUT", "/api/v1/workflows/{0}") => Draw.Chain("Changed", Draw.Webhook()),
        ("PUT", "/api/v1/connections/{0}") => Connection("changed"),
        ("POST", "/api/v1/runs/{0}/replay") => new JsonObject { ["from"] = "start" },
        ("POST" or "PUT", _) => [],
        _ => null,
    };

    private static JsonObject Connection(string name) => new()
    {
        ["name"] = name,
        ["type"] = "secret",
        ["settings"] = new JsonObject(),
        ["secrets"] = new JsonObject { ["value"] = "v" },
    };

    private async Task RestoreWorkflowAsync()
    {
        using var found = await _owner.Client.GetAsync($"/api/v1/workflows/{_things["workflow"]}", Cancelled);
        if (found.IsSuccessStatusCode)
            return;
        var document = Draw.Chain("Tenancy", Draw.Webhook());
        document["definitionId"] = _things["workflow"];
        _things["version"] = (await PostAsync("/api/v1/workflows", document))["id"]!.GetValue<string>();
    }

    private async Task<JsonNode> PostAsync(string path, JsonNode? body = null)
    {
        using var response = await _owner.Client.PostAsync(path, body is null ? null : JsonContent.Create(body), Cancelled);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode}");
        return (await response.Content.ReadFromJsonAsync<JsonNode>(Cancelled))!;
    }

    /// <summary>What the owner sees of everything that is the owner's, without what changes by itself.</summary>
    private async Task<string> EverythingAsync()
    {
        var text = new StringBuilder();
        foreach (var path in new[] { "/api/v1/workflows", $"/api/v1/workflows/{_things["workflow"]}", "/api/v1/connections", "/api/credits/balance", "/api/credits/ledger" })
            text.AppendLine(await _owner.Client.GetStringAsync(path, Cancelled));
        using var keys = await _owner.Client.GetAsync("/api/user/api-keys", Cancelled);
        text.AppendJoin(',', (await keys.JsonAsync()).GetProperty("data").EnumerateArray().Select(key => key.GetProperty("id").GetString()));
        return text.ToString();
    }
}
