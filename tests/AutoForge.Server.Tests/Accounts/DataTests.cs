using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AutoForge.Server.Operations.Commands;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Accounts;

/// <summary>Taking one's data along, and going.</summary>
public sealed class DataTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Export_OfAFullAccount_HoldsEverythingButSecretsAndOthers()
    {
        var (owner, other) = (await server.NewCallerAsync(), await server.NewCallerAsync());
        var (definitionId, runId) = await FillAsync(owner, "mine");
        await FillAsync(other, "theirs");

        var files = await ExportAsync(owner.Client);

        Assert.Equal(["audit.jsonl", "connections.jsonl", "ledger.jsonl", "profile.json", "runs.jsonl", "workflows.jsonl"], files.Keys.Order());
        Assert.Contains(owner.Email, files["profile.json"], StringComparison.Ordinal);
        Assert.Equal([1, 2], Lines(files["workflows.jsonl"]).Select(version => version["version"]!.GetValue<int>()));
        Assert.All(Lines(files["workflows.jsonl"]), version => Assert.Equal(definitionId, version["definitionId"]!.GetValue<string>()));
        var run = Assert.Single(Lines(files["runs.jsonl"]));
        Assert.Equal(runId, run["run"]!["id"]!.GetValue<string>());
        Assert.NotNull(run["steps"]);
        Assert.Contains("hold", Lines(files["ledger.jsonl"]).Select(entry => entry["type"]!.GetValue<string>()));
        Assert.Equal("mine", Assert.Single(Lines(files["connections.jsonl"]))["name"]!.GetValue<string>());
        Assert.Contains("data_exported", files["audit.jsonl"], StringComparison.Ordinal);
        Assert.DoesNotContain(files.Values, text => text.Contains("canary", StringComparison.Ordinal) || text.Contains("theirs", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Delete_FullAccount_LeavesNothingButItsMoneyAndALedgerThatHolds()
    {
        var caller = await server.NewCallerAsync();
        await FillAsync(caller, "mine");
        using var key = await caller.Client.PostAsJsonAsync("/api/user/api-keys", new { name = "k" }, Cancelled);
        var entries = await CountAsync("ledger_entries", caller.AccountId);

        using var deleted = await caller.Client.PostAsJsonAsync(
            "/api/user/account/delete", new { password = TestServer.Password, email = caller.Email.ToUpperInvariant() }, Cancelled);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await caller.Client.GetAsync("/api/auth/me", Cancelled)).StatusCode);
        using var login = await caller.Client.PostAsJsonAsync("/api/auth/login", new { email = caller.Email, password = TestServer.Password }, Cancelled);
        await login.ProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");
        foreach (var table in new[] { "users", "sessions", "api_keys", "connections", "triggers", "steps", "run_inputs", "jobs", "workflow_revisions", "refusals" })
            Assert.Equal((table, 0), (table, await CountAsync(table, caller.AccountId)));
        // The hold of the open run was released.
        Assert.Equal(entries + 1, await CountAsync("ledger_entries", caller.AccountId));
        await AssertErasedAsync(caller);
        using var output = new StringWriter();
        Assert.Equal(0, await LedgerVerify.RunAsync(server.Database.Database, output, Cancelled));
    }

    [Theory]
    [InlineData("not the password", null, "password")]
    [InlineData(TestServer.Password, "somebody@example.com", "email")]
    [InlineData(TestServer.Password, "", "email")]
    public async Task Delete_NotMeant_IsRefusedAndNothingHappens(string password, string? email, string field)
    {
        var caller = await server.NewCallerAsync();
        await FillAsync(caller, "mine");

        using var response = await caller.Client.PostAsJsonAsync("/api/user/account/delete", new { password, email = email ?? caller.Email }, Cancelled);

        var problem = await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        Assert.Equal(field, problem.GetProperty("errors")[0].GetProperty("field").GetString());
        Assert.Equal(1, await CountAsync("connections", caller.AccountId));
        Assert.Equal(1, await CountAsync("jobs", caller.AccountId));
    }

    [Fact]
    public async Task Delete_OneAccount_LeavesTheOthers()
    {
        var (caller, other) = (await server.NewCallerAsync(), await server.NewCallerAsync());
        await FillAsync(caller, "mine");
        var (definitionId, runId) = await FillAsync(other, "theirs");

        using var deleted = await caller.Client.PostAsJsonAsync("/api/user/account/delete", new { password = TestServer.Password, email = caller.Email }, Cancelled);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await other.Client.GetAsync($"/api/v1/workflows/{definitionId}", Cancelled)).StatusCode);
        Assert.DoesNotContain("Cancelled", await other.Client.GetStringAsync($"/api/v1/runs/{runId}", Cancelled), StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync("connections", other.AccountId));
    }

    [Fact]
    public async Task Page_Delete_SignsOutAndTheAddressIsFreeAgain()
    {
        var email = $"{Ids.NewText()}@example.com";
        using var visitor = await PageClient.SignUpAsync(server.Address, email);
        Assert.Contains("Your balance of $1.00 is lost", await visitor.TextAsync("/settings/data"), StringComparison.Ordinal);

        using var wrong = await visitor.SubmitAsync("/settings/data", "/settings/data/delete", ("email", email), ("password", "not the password"));
        using var right = await visitor.SubmitAsync("/settings/data", "/settings/data/delete", ("email", email), ("password", TestServer.Password));

        Assert.Contains("The password is wrong.", await wrong.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Found, "/"), (right.StatusCode, right.Headers.Location?.OriginalString));
        using var again = await PageClient.SignUpAsync(server.Address, email);
    }

    /// <summary>One of each kind; the run waits.</summary>
    private static async Task<(string DefinitionId, string RunId)> FillAsync(Caller caller, string name)
    {
        await PostAsync(caller, "/api/v1/connections", new JsonObject
        {
            ["name"] = name,
            ["type"] = "secret",
            ["secrets"] = new JsonObject { ["value"] = "canary" },
        });
        var document = Draw.Chain(name, Draw.Webhook(), Draw.Activity("wait", "Elsa.Delay", ("timeSpan", Draw.Literal("01:00:00"))));
        var definitionId = (await PostAsync(caller, "/api/v1/workflows", document))["definitionId"]!.GetValue<string>();
        await PostAsync(caller, $"/api/v1/workflows/{definitionId}/publish", null);
        var runId = (await PostAsync(caller, $"/api/v1/workflows/{definitionId}/run", new JsonObject { ["correlationId"] = $"{name}-order" }))["runId"]!.GetValue<string>();
        using var changed = await caller.Client.PutAsJsonAsync($"/api/v1/workflows/{definitionId}", Draw.Chain(name, Draw.Webhook()), Cancelled);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        return (definitionId, runId);
    }

    private static async Task<JsonNode> PostAsync(Caller caller, string path, JsonObject? body)
    {
        using var response = await caller.Client.PostAsync(path, body is null ? null : JsonContent.Create(body), Cancelled);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode}");
        return (await response.Content.ReadFromJsonAsync<JsonNode>(Cancelled))!;
    }

    private static async Task<Dictionary<string, string>> ExportAsync(HttpClient client)
    {
        using var response = await client.GetAsync("/api/user/export", Cancelled);
        Assert.Equal("application/zip", response.Content.Headers.ContentType?.MediaType);
        await using var zip = new ZipArchive(await response.Content.ReadAsStreamAsync(Cancelled));
        var files = new Dictionary<string, string>();
        foreach (var entry in zip.Entries)
        {
            using var reader = new StreamReader(await entry.OpenAsync(Cancelled));
            files[entry.FullName] = await reader.ReadToEndAsync(Cancelled);
        }
        return files;
    }

    private static IEnumerable<JsonNode> Lines(string file) =>
        file.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!);

    private async Task<int> CountAsync(string table, Guid accountId)
    {
        await using var command = server.Database.DataSource.CreateCommand($"SELECT count(*)::integer FROM {table} WHERE account_id = @account_id");
        command.Parameters.AddWithValue("account_id", accountId);
        return (int)(await command.ExecuteScalarAsync(Cancelled))!;
    }

    /// <summary>Nothing that is left holds a word of the user's.</summary>
    private async Task AssertErasedAsync(Caller caller)
    {
        foreach (var table in new[] { "workflows", "workflow_versions", "runs", "audit_entries" })
        {
            await using var command = server.Database.DataSource.CreateCommand($"SELECT string_agg(row_to_json(t)::text, ' ') FROM {table} AS t WHERE account_id = @account_id");
            command.Parameters.AddWithValue("account_id", caller.AccountId);
            var left = (string)(await command.ExecuteScalarAsync(Cancelled))!;
            foreach (var word in new[] { "mine", caller.Email, "127.0.0.1", "Elsa.Delay" })
                Assert.DoesNotContain(word, left, StringComparison.Ordinal);
        }
    }
}
