using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Activities.Email;
using AutoForge.Activities.Telegram;
using AutoForge.Engine.Connections;
using AutoForge.Testing;
using AutoForge.Testing.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoForge.Engine.Tests.Connections;

public sealed class ConnectionStoreTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly Guid _account = Ids.NewId();
    private readonly Guid _stranger = Ids.NewId();
    private ConnectionStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await using var command = database.DataSource.CreateCommand("INSERT INTO accounts (id) VALUES (@a), (@b)");
        command.Parameters.AddWithValue("a", _account);
        command.Parameters.AddWithValue("b", _stranger);
        await command.ExecuteNonQueryAsync(Token);
        _store = new ConnectionStore(database.DataSource, await BoxAsync(new()));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Create_ThenOpen_GivesSettingsAndSecretsByIdAndByName()
    {
        var created = await _store.CreateAsync(_account, Bot("bot", "1:canary"), Token);
        foreach (var key in new[] { "bot", created.Id.ToString() })
        {
            var opened = await _store.OpenAsync(_account, key, "telegram", Token);
            Assert.Equal((created.Id, "bot", "1:canary", "https://telegram.example"), (opened.Id, opened.Name, opened.Secret("token"), opened.Setting("baseUrl")));
        }
    }

    [Fact]
    public async Task List_Always_OnlyOwnOnesByName()
    {
        await _store.CreateAsync(_account, Bot("b", "1:x"), Token);
        await _store.CreateAsync(_account, Bot("a", "1:x"), Token);
        await _store.CreateAsync(_stranger, Bot("c", "1:x"), Token);
        Assert.Equal(["a", "b"], (await _store.ListAsync(_account, Token)).Select(connection => connection.Name));
    }

    [Fact]
    public async Task EveryCall_ForAForeignConnection_IsAsIfThereWereNone()
    {
        var own = await _store.CreateAsync(_account, Bot("bot", "1:x"), Token);
        Assert.Null(await _store.FindAsync(_stranger, own.Id, Token));
        Assert.Null(await _store.UpdateAsync(_stranger, own.Id, Bot("mine", "1:y"), Token));
        Assert.False(await _store.DeleteAsync(_stranger, own.Id, Token));
        Assert.Equal("connection_not_found", (await Assert.ThrowsAsync<FaultException>(() => _store.OpenAsync(_stranger, own.Id.ToString(), "telegram", Token))).Fault.Code);
        Assert.Equal("connection_not_found", (await Assert.ThrowsAsync<FaultException>(() => _store.OpenAsync(_stranger, "bot", "telegram", Token))).Fault.Code);
        Assert.Equal("1:x", (await _store.OpenAsync(_account, "bot", "telegram", Token)).Secret("token"));
    }

    [Fact]
    public async Task Open_NameThatIsAnotherConnectionsId_IdWins()
    {
        var first = await _store.CreateAsync(_account, Bot("first", "1:first"), Token);
        await _store.CreateAsync(_account, Bot(first.Id.ToString(), "1:second"), Token);
        Assert.Equal("1:first", (await _store.OpenAsync(_account, first.Id.ToString(), "telegram", Token)).Secret("token"));
    }

    [Fact]
    public async Task Open_OtherType_Refused()
    {
        await _store.CreateAsync(_account, Bot("bot", "1:x"), Token);
        Assert.Equal("connection_type", (await Assert.ThrowsAsync<FaultException>(() => _store.OpenAsync(_account, "bot", "smtp", Token))).Fault.Code);
    }

    [Fact]
    public async Task Create_NameIsTaken_Refused()
    {
        await _store.CreateAsync(_account, Bot("bot", "1:x"), Token);
        Assert.Equal("connection_name_taken", (await Assert.ThrowsAsync<AutoForgeException>(() => _store.CreateAsync(_account, Bot(" bot ", "1:x"), Token))).Code);
        await _store.CreateAsync(_stranger, Bot("bot", "1:x"), Token);
    }

    [Fact]
    public async Task Update_NameIsTaken_Refused()
    {
        await _store.CreateAsync(_account, Bot("a", "1:x"), Token);
        var b = await _store.CreateAsync(_account, Bot("b", "1:x"), Token);
        Assert.Equal("connection_name_taken", (await Assert.ThrowsAsync<AutoForgeException>(() => _store.UpdateAsync(_account, b.Id, Bot("a", "1:x"), Token))).Code);
    }

    [Fact]
    public async Task Update_SecretNotGiven_Stays()
    {
        var mail = await _store.CreateAsync(_account, Mail("mail", "canary"), Token);
        var updated = await _store.UpdateAsync(_account, mail.Id, new("post", "", new() { ["host"] = "other.example", ["from"] = "a@b.c", ["username"] = "ada" }, null), Token);
        Assert.Equal(("post", "other.example"), (updated!.Name, (string?)updated.Settings["host"]));
        Assert.True(updated.UpdatedAt > mail.UpdatedAt);
        Assert.Equal("canary", (await _store.OpenAsync(_account, "post", "smtp", Token)).Secret("password"));
    }

    [Fact]
    public async Task Update_SecretIsNull_Removed()
    {
        var mail = await _store.CreateAsync(_account, Mail("mail", "canary"), Token);
        await _store.UpdateAsync(_account, mail.Id, new("mail", "smtp", new() { ["host"] = "h", ["from"] = "a@b.c" }, new Dictionary<string, string?> { ["password"] = null }), Token);
        Assert.Null((await _store.OpenAsync(_account, "mail", "smtp", Token)).Secret("password"));
    }

    [Fact]
    public async Task Update_OtherType_Refused()
    {
        var mail = await _store.CreateAsync(_account, Mail("mail", "x"), Token);
        Assert.Equal("connection_invalid", (await Assert.ThrowsAsync<ConnectionInvalidException>(() => _store.UpdateAsync(_account, mail.Id, Bot("mail", "1:x"), Token))).Code);
    }

    [Fact]
    public async Task Delete_Own_IsGone()
    {
        var bot = await _store.CreateAsync(_account, Bot("bot", "1:x"), Token);
        Assert.True(await _store.DeleteAsync(_account, bot.Id, Token));
        Assert.Null(await _store.FindAsync(_account, bot.Id, Token));
    }

    [Theory]
    [InlineData("", "secret", "{}", """{"value": "x"}""")]
    [InlineData("a\nb", "secret", "{}", """{"value": "x"}""")]
    [InlineData("n", "openid", "{}", "{}")]
    [InlineData("n", "secret", "{}", "{}")]
    [InlineData("n", "secret", """{"extra": 1}""", """{"value": "x"}""")]
    [InlineData("n", "secret", "{}", """{"value": "x", "extra": "y"}""")]
    [InlineData("n", "telegram", "{}", "{}")]
    [InlineData("n", "telegram", """{"baseUrl": "ftp://x"}""", """{"token": "x"}""")]
    [InlineData("n", "smtp", """{"host": "h"}""", "{}")]
    [InlineData("n", "smtp", """{"from": "a@b.c"}""", "{}")]
    [InlineData("n", "smtp", """{"host": {}, "from": "a@b.c"}""", "{}")]
    [InlineData("n", "smtp", """{"host": "h", "from": "a@b.c", "port": 0}""", "{}")]
    [InlineData("n", "smtp", """{"host": "h", "from": "a@b.c", "security": "ssl"}""", "{}")]
    [InlineData("n", "smtp", """{"host": "h", "from": "a@b.c", "username": "u"}""", "{}")]
    [InlineData("n", "http", "{}", """{"value": "x"}""")]
    [InlineData("n", "http", """{"scheme": "digest"}""", """{"value": "x"}""")]
    [InlineData("n", "http", """{"scheme": "basic"}""", """{"value": "x"}""")]
    [InlineData("n", "http", """{"scheme": "header"}""", """{"value": "x"}""")]
    [InlineData("n", "http", """{"scheme": "bearer"}""", """{"value": ""}""")]
    public async Task Create_IncompleteOrUnknown_Refused(string name, string type, string settings, string secrets)
    {
        var draft = new ConnectionDraft(name, type, JsonNode.Parse(settings)!.AsObject(), JsonNode.Parse(secrets)!.AsObject().ToDictionary(s => s.Key, s => (string?)s.Value));
        Assert.Equal("connection_invalid", (await Assert.ThrowsAsync<ConnectionInvalidException>(() => _store.CreateAsync(_account, draft, Token))).Code);
    }

    [Fact]
    public async Task Create_Secret_IsNowhereInTheTable()
    {
        await _store.CreateAsync(_account, Bot("bot", "1:canary-in-the-dump"), Token);
        await using var command = database.DataSource.CreateCommand("SELECT string_agg(encode(secrets, 'escape') || settings::text || name, ' ') FROM connections");
        var dump = (string)(await command.ExecuteScalarAsync(Token))!;
        Assert.Contains("telegram.example", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("canary-in-the-dump", dump, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_RowCopiedToAnotherAccount_DoesNotOpen()
    {
        var bot = await _store.CreateAsync(_account, Bot("bot", "1:x"), Token);
        await using var command = database.DataSource.CreateCommand("""
            INSERT INTO connections (account_id, id, name, type, settings, secrets)
            SELECT @stranger, id, name, type, settings, secrets FROM connections WHERE account_id = @account AND id = @id
            """);
        command.Parameters.AddWithValue("stranger", _stranger);
        command.Parameters.AddWithValue("account", _account);
        command.Parameters.AddWithValue("id", bot.Id);
        await command.ExecuteNonQueryAsync(Token);
        await Assert.ThrowsAnyAsync<CryptographicException>(() => _store.OpenAsync(_stranger, "bot", "telegram", Token));
    }

    [Fact]
    public async Task Rotate_NewMasterKey_OldKeyIsNoLongerNeeded()
    {
        await using var own = await TestDatabase.CreateAsync();
        await using (var command = own.DataSource.CreateCommand("INSERT INTO accounts (id) VALUES (@a)"))
        {
            command.Parameters.AddWithValue("a", _account);
            await command.ExecuteNonQueryAsync(Token);
        }
        var (keyA, keyB) = (Key(1), Key(2));
        var before = new ConnectionStore(own.DataSource, await BoxAsync(new() { MasterKey = keyA }, own));
        for (var i = 0; i < 120; i++)
            await before.CreateAsync(_account, Bot($"bot{i}", $"1:{i}"), Token);

        var both = await BoxAsync(new() { MasterKey = keyB, PreviousMasterKeys = { keyA } }, own);
        Assert.Equal(120, await new KeyRotation(own.DataSource, both).RunAsync(Token));
        Assert.Equal(0, await new KeyRotation(own.DataSource, both).RunAsync(Token));
        await Assert.ThrowsAsync<AutoForgeException>(() => before.OpenAsync(_account, "bot7", "telegram", Token));
        Assert.Equal("1:7", (await new ConnectionStore(own.DataSource, both).OpenAsync(_account, "bot7", "telegram", Token)).Secret("token"));
    }

    [Fact]
    public async Task Test_MailTelegramAndSecret_TellWhetherTheyWork()
    {
        await using var mail = await MailServer.StartAsync("ada", "canary");
        await using var telegram = await TelegramServer.StartAsync();
        using var egress = new GuardedEgress(new EgressOptions { AllowedHosts = ["localhost"] }, TimeProvider.System);
        var tester = new ConnectionTester(_store, [new SmtpProbe(egress, TimeProvider.System), new TelegramProbe(egress, TimeProvider.System)], TimeProvider.System);

        var settings = new JsonObject { ["host"] = "localhost", ["port"] = mail.Port, ["security"] = "none", ["username"] = "ada", ["from"] = "ada@example.com" };
        var right = await CreateAsync("smtp", settings, "password", "canary");
        var wrong = await CreateAsync("smtp", settings, "password", "wrong");
        var bot = await CreateAsync("telegram", new() { ["baseUrl"] = telegram.BaseUrl }, "token", "1:x");
        var secret = await CreateAsync("secret", [], "value", "x");

        Assert.Equal((true, false, true, true), (await OkAsync(right), await OkAsync(wrong), await OkAsync(bot), await OkAsync(secret)));
        Assert.Null(await tester.TestAsync(_stranger, right, Token));

        async Task<bool> OkAsync(Guid id)
        {
            var test = (await tester.TestAsync(_account, id, Token))!;
            Assert.NotEmpty(test.Message);
            Assert.InRange(test.LatencyMs, 0, 60_000);
            return test.Ok;
        }

        async Task<Guid> CreateAsync(string type, JsonObject given, string secretName, string value) =>
            (await _store.CreateAsync(_account, new(Ids.NewText(), type, given, new Dictionary<string, string?> { [secretName] = value }), Token)).Id;
    }

    private async Task<SecretBox> BoxAsync(KeyRingOptions options, TestDatabase? other = null) =>
        new(await KeyRing.OpenAsync((other ?? database).DataSource, options, NullLogger<KeyRing>.Instance, Token));

    private static ConnectionDraft Bot(string name, string token) =>
        new(name, "telegram", new() { ["baseUrl"] = "https://telegram.example" }, new Dictionary<string, string?> { ["token"] = token });

    private static ConnectionDraft Mail(string name, string password) =>
        new(name, "smtp", new() { ["host"] = "mail.example", ["from"] = "a@b.c", ["username"] = "ada" }, new Dictionary<string, string?> { ["password"] = password });

    private static string Key(byte fill) => Convert.ToBase64String(Enumerable.Repeat(fill, 32).ToArray());
}
