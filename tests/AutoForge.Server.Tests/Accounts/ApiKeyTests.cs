using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AutoForge.Server.Accounts.ApiKeys;

namespace AutoForge.Server.Tests.Accounts;

public sealed class ApiKeyTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void New_Always_IsWellFormedAndOneChangedCharacterIsNoticed()
    {
        var key = ApiKeyText.New();

        Assert.True(ApiKeyText.IsWellFormed(key));
        for (var i = 0; i < key.Length; i++)
        {
            var changed = key.ToCharArray();
            changed[i] = changed[i] == 'x' ? 'y' : 'x';
            Assert.False(ApiKeyText.IsWellFormed(new string(changed)), $"position {i}");
        }
        Assert.False(ApiKeyText.IsWellFormed(key + "0"));
        Assert.NotEqual(key, ApiKeyText.New());
    }

    [Fact]
    public async Task Create_ThenUse_ActsForTheAccount()
    {
        var caller = await server.NewCallerAsync();
        var created = await CreateAsync(caller);
        using var client = WithKey(created.GetProperty("key").GetString()!);

        var me = await client.GetFromJsonAsync<JsonElement>("/api/auth/me", Cancelled);

        Assert.StartsWith("af_live_", created.GetProperty("key").GetString(), StringComparison.Ordinal);
        Assert.Equal(caller.AccountId, me.GetProperty("accountId").GetGuid());
    }

    [Fact]
    public async Task List_AfterUse_ShowsLastUseButNeverTheKey()
    {
        var caller = await server.NewCallerAsync();
        var key = (await CreateAsync(caller)).GetProperty("key").GetString()!;
        var unused = await caller.Client.GetFromJsonAsync<JsonElement>("/api/user/api-keys", Cancelled);
        using var client = WithKey(key);
        using var used = await client.GetAsync("/api/auth/me", Cancelled);

        var text = await caller.Client.GetStringAsync("/api/user/api-keys", Cancelled);

        var row = JsonDocument.Parse(text).RootElement.GetProperty("data")[0];
        Assert.Equal(JsonValueKind.Null, unused.GetProperty("data")[0].GetProperty("lastUsedAt").ValueKind);
        Assert.EndsWith("Z", row.GetProperty("lastUsedAt").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(key, text, StringComparison.Ordinal);
        Assert.EndsWith(key[^4..], row.GetProperty("hint").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Use_TwiceInAMinute_NotesTheFirst()
    {
        var caller = await server.NewCallerAsync();
        using var client = WithKey((await CreateAsync(caller)).GetProperty("key").GetString()!);
        using var first = await client.GetAsync("/api/auth/me", Cancelled);
        var noted = await caller.Client.GetStringAsync("/api/user/api-keys", Cancelled);

        using var second = await client.GetAsync("/api/auth/me", Cancelled);

        Assert.Equal(noted, await caller.Client.GetStringAsync("/api/user/api-keys", Cancelled));
    }

    [Fact]
    public async Task Stored_Key_IsOnlyItsHash()
    {
        var caller = await server.NewCallerAsync();
        var key = (await CreateAsync(caller)).GetProperty("key").GetString()!;

        await using var command = server.Database.DataSource.CreateCommand("SELECT row_to_json(k)::text FROM api_keys k WHERE account_id = @account_id");
        command.Parameters.AddWithValue("account_id", caller.AccountId);
        var row = (string)(await command.ExecuteScalarAsync(Cancelled))!;

        Assert.DoesNotContain(key[8..20], row, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(ApiKeyText.Hash(key)), row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_Key_IsRefusedAtOnceOnEveryNode()
    {
        var caller = await server.NewCallerAsync();
        var created = await CreateAsync(caller);
        var key = created.GetProperty("key").GetString()!;
        using var here = WithKey(key);
        using var there = WithKey(key, await server.StartNodeAsync());
        Assert.Equal(HttpStatusCode.OK, (await there.GetAsync("/api/auth/me", Cancelled)).StatusCode);

        using var deleted = await caller.Client.DeleteAsync($"/api/user/api-keys/{created.GetProperty("id").GetString()}", Cancelled);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var refusedHere = await here.GetAsync("/api/auth/me", Cancelled);
        using var refusedThere = await there.GetAsync("/api/auth/me", Cancelled);
        await refusedHere.ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        await refusedThere.ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
    }

    [Fact]
    public async Task Delete_ForeignKey_AnswersLikeAnAbsentOneAndLeavesIt()
    {
        var owner = await server.NewCallerAsync();
        var stranger = await server.NewCallerAsync();
        var created = await CreateAsync(owner);

        using var foreign = await stranger.Client.DeleteAsync($"/api/user/api-keys/{created.GetProperty("id").GetString()}", Cancelled);
        using var absent = await stranger.Client.DeleteAsync($"/api/user/api-keys/{Ids.NewId()}", Cancelled);

        await foreign.ProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Equal(await absent.Content.ReadAsStringAsync(Cancelled), await foreign.Content.ReadAsStringAsync(Cancelled));
        using var client = WithKey(created.GetProperty("key").GetString()!);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/auth/me", Cancelled)).StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("line\nbreak")]
    [InlineData(null)]
    public async Task Create_UnacceptableName_IsNamed(string? name)
    {
        var caller = await server.NewCallerAsync();

        using var response = await caller.Client.PostAsJsonAsync("/api/user/api-keys", new { name }, Cancelled);

        await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
    }

    [Theory]
    [InlineData("af_live_")]
    [InlineData("af_live_0000000000000000000000000000000000")]
    [InlineData("AF_LIVE_0000000000000000000000000000000000")]
    public async Task Use_InventedKey_IsRefused(string key)
    {
        using var client = WithKey(key);

        using var response = await client.GetAsync("/api/auth/me", Cancelled);

        await response.ProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
    }

    private static async Task<JsonElement> CreateAsync(Caller caller)
    {
        using var response = await caller.Client.PostAsJsonAsync("/api/user/api-keys", new { name = "build server" }, Cancelled);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return await response.JsonAsync();
    }

    private HttpClient WithKey(string key, Uri? node = null)
    {
        var client = server.NewClient(node);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }
}
