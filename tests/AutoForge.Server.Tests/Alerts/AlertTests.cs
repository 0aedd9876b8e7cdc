using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AutoForge.Engine.Notices;
using AutoForge.Engine.Storage;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Alerts;

/// <summary>Who is told of failures and of their money: by a real mail server and a real Bot API, without having asked for it.</summary>
public sealed class AlertTests : IAsyncLifetime
{
    private string _database = "";
    private MailServer _mail = null!;
    private TelegramServer _telegram = null!;
    private TestNode _server = null!;

    private Uri Address => _server.Address;

    public async ValueTask InitializeAsync()
    {
        _mail = await MailServer.StartAsync();
        _telegram = await TelegramServer.StartAsync();
        _database = await PostgresServer.CreateDatabaseAsync();
        _server = await TestNode.StartAsync(
            _database, "AutoForge:Smtp:Host=127.0.0.1", $"AutoForge:Smtp:Port={_mail.Port}", "AutoForge:Smtp:Security=none", "AutoForge:Smtp:From=flows@example.com",
            "AutoForge:Egress:AllowedHosts:0=localhost", "AutoForge:PublicUrl=https://flows.example.com", "AutoForge:WelcomeCreditCents=54",
            "AutoForge:Accounts:RequireConfirmedEmail=false");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await PostgresServer.DropDatabaseAsync(_database);
        await _mail.DisposeAsync();
        await _telegram.DisposeAsync();
    }

    [Fact]
    public async Task FailedRun_WithoutAnySettings_IsMailedOnceWithTheCauseAndALink()
    {
        using var owner = await ApiClient.RegisterAsync(Address);
        var workflow = (await owner.PublishAsync(Failing()))["definitionId"]!.GetValue<string>();

        var run = await FailAsync(owner, workflow);
        var mail = await ArrivedAsync(owner.Email, "Orders failed");
        await FailAsync(owner, workflow);

        var text = mail["text"]!.GetValue<string>();
        Assert.Contains("A run of “Orders” failed.", text, StringComparison.Ordinal);
        Assert.Contains("at step “fault”: On purpose. Nothing was charged.", text, StringComparison.Ordinal);
        Assert.Contains($"https://flows.example.com/runs/{run}", text, StringComparison.Ordinal);
        // A later alert of this account has gone out; the second failure waits for its hour.
        var quiet = (await owner.PublishAsync(Failing("Invoices")))["definitionId"]!.GetValue<string>();
        await FailAsync(owner, quiet);
        await ArrivedAsync(owner.Email, "Invoices failed");
        Assert.Single(await ToAsync(owner.Email), m => m["subject"]!.GetValue<string>() == "Orders failed");
    }

    [Fact]
    public async Task FailedRun_ByTelegramAndNotByMail_IsTheBotsMessage()
    {
        using var owner = await ApiClient.RegisterAsync(Address);
        const string Token = "4711:alerts";
        (await owner.PostAsync("/api/v1/connections", new JsonObject
        {
            ["name"] = "Bot",
            ["type"] = "telegram",
            ["settings"] = new JsonObject { ["baseUrl"] = _telegram.BaseUrl },
            ["secrets"] = new JsonObject { ["token"] = Token },
        })).Expect(HttpStatusCode.Created);
        await SetAsync(owner, new { email = false, telegramConnection = "Bot", telegramChat = " 42 " }, HttpStatusCode.OK);

        await FailAsync(owner, (await owner.PublishAsync(Failing()))["definitionId"]!.GetValue<string>());

        var message = await UntilAsync(async () => (await _telegram.SentAsync(Token)).FirstOrDefault(sent =>
            sent["text"]!.GetValue<string>().Contains("A run of “Orders” failed.", StringComparison.Ordinal)));
        Assert.Equal("42", message["chat_id"]!.ToString());
        Assert.Empty(await ToAsync(owner.Email));
    }

    [Fact]
    public async Task Balance_FallingBelowTheMark_IsMailed()
    {
        using var owner = await ApiClient.RegisterAsync(Address);
        var workflow = await owner.PublishAsync(Draw.Chain("Fine", Draw.Trigger("start", "AutoForge.Manual"), Draw.Activity("line", "Elsa.WriteLine", ("text", Draw.Literal("x")))));

        (await owner.PostAsync($"/api/v1/workflows/{workflow["definitionId"]}/run")).Expect(HttpStatusCode.Accepted);

        var mail = await ArrivedAsync(owner.Email, "Your balance is low: $0.49");
        Assert.Contains("less than $0.50", mail["text"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AutomaticTopUp_ThatFailed_IsMailedOnce()
    {
        using var owner = await ApiClient.RegisterAsync(Address);
        var account = Guid.Parse((await owner.GetAsync("/api/auth/me")).Expect(HttpStatusCode.OK)["accountId"]!.GetValue<string>());
        await using (var connection = await _server.App.Services.GetRequiredService<Database>().ConnectAsync(TestContext.Current.CancellationToken))
        {
            await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await NoticeStore.AddAsync(connection, transaction, new Notice(account, NoticeKind.TopUpFailed, "attempt"), TestContext.Current.CancellationToken);
            await transaction.CommitAsync(TestContext.Current.CancellationToken);
        }

        var mail = await ArrivedAsync(owner.Email, "Your automatic top-up is switched off");

        Assert.Contains("$0.54 are left", mail["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("https://flows.example.com/billing#auto", mail["text"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_HalfATelegram_AreRefusedBesideTheField()
    {
        using var owner = await ApiClient.RegisterAsync(Address);

        var refused = await SetAsync(owner, new { email = true, telegramChat = "42" }, HttpStatusCode.UnprocessableEntity);

        Assert.Equal("telegramConnection", refused!["errors"]![0]!["field"]!.GetValue<string>());
        Assert.True((await owner.GetAsync("/api/user/alerts")).Expect(HttpStatusCode.OK)["email"]!.GetValue<bool>());
    }

    private static JsonObject Failing(string name = "Orders") => Draw.Chain(
        name, Draw.Trigger("start", "AutoForge.Manual"), Draw.Activity("fault", "Elsa.Fault", ("message", Draw.Literal("On purpose."))));

    private static async Task<string> FailAsync(ApiClient owner, string workflow)
    {
        var run = (await owner.PostAsync($"/api/v1/workflows/{workflow}/run")).Expect(HttpStatusCode.Accepted)["runId"]!.GetValue<string>();
        Assert.Equal("Failed", (await owner.EndOfAsync(run))["status"]!.GetValue<string>());
        return run;
    }

    private static async Task<JsonNode?> SetAsync(ApiClient owner, object settings, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/user/alerts") { Content = JsonContent.Create(settings) };
        return (await owner.SendAsync(request)).Expect(status);
    }

    private Task<JsonNode> ArrivedAsync(string to, string subject) =>
        UntilAsync(async () => (await ToAsync(to)).FirstOrDefault(mail => mail["subject"]!.GetValue<string>() == subject));

    private async Task<List<JsonNode>> ToAsync(string address) =>
        [.. (await _mail.ReadAsync()).Where(mail => mail["to"]![0]!["address"]!.GetValue<string>() == address)];

    private static async Task<JsonNode> UntilAsync(Func<Task<JsonNode?>> look)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            if (await look() is { } found)
                return found;
            await Task.Delay(50, limit.Token);
        }
    }
}
