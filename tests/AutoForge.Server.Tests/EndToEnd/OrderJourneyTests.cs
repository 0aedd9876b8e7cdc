using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;

namespace AutoForge.Server.Tests.EndToEnd;

/// <summary>The main job, on real parts: an order comes in by webhook; an HTTP server, a mail server and a chat get it; the run is charged once.</summary>
public sealed class OrderJourneyTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const string BotToken = "123456:journey";

    private static readonly JsonObject Order = new()
    {
        ["number"] = 4711,
        ["customer"] = new JsonObject { ["name"] = "Zoë \"Z\" O'Hara", ["email"] = "zoe@example.com" },
        ["total"] = 129.90m,
    };

    [Fact]
    public async Task Webhook_OrderArrives_ThreeSystemsGetItAndTheRunIsChargedOnce()
    {
        await using var mail = await MailServer.StartAsync();
        await using var telegram = await TelegramServer.StartAsync();
        using var account = await fixture.Server.RegisterAsync();
        await ConnectAsync(account, mail, telegram);
        var publication = await account.PublishAsync(OrderWorkflow(fixture.Target.Url("/crm/orders")));
        var price = publication["priceCents"]!.GetValue<int>();
        var before = await account.AvailableAsync();

        var accepted = await CallAsync(publication, Order);
        var run = await account.EndOfAsync(accepted["runId"]!.GetValue<string>());

        Assert.True(run["status"]!.GetValue<string>() == "Succeeded", $"{run}\n{fixture.Server.Output}");
        Assert.Equal(5, price);
        Assert.Equal(before - price, await account.AvailableAsync());
        Assert.Equal(price, run["chargedCents"]!.GetValue<int>());
        await AssertArrivedAsync(mail, telegram);
        await AssertReceiptAsync(account, run, price);
        Assert.Empty(await fixture.ViolationsAsync());
    }

    [Fact]
    public async Task Webhook_TargetAnswers500_NothingIsChargedAndLaterStepsDidNotHappen()
    {
        await using var mail = await MailServer.StartAsync();
        await using var telegram = await TelegramServer.StartAsync();
        using var account = await fixture.Server.RegisterAsync();
        await ConnectAsync(account, mail, telegram);
        fixture.Target.On("/broken", context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        var publication = await account.PublishAsync(OrderWorkflow(fixture.Target.Url("/broken")));
        var before = await account.AvailableAsync();

        var accepted = await CallAsync(publication, Order);
        var run = await account.EndOfAsync(accepted["runId"]!.GetValue<string>());

        Assert.Equal("Failed", run["status"]!.GetValue<string>());
        Assert.Equal("http_status", run["fault"]!["code"]!.GetValue<string>());
        Assert.Equal("crm", run["fault"]!["activityId"]!.GetValue<string>());
        Assert.Equal(0, run["chargedCents"]!.GetValue<int>());
        Assert.Equal(before, await account.AvailableAsync());
        Assert.Equal(0, (await account.BalanceAsync())["heldCents"]!.GetValue<long>());
        Assert.Empty(await mail.ReadAsync());
        var types = (await account.LedgerAsync($"?runId={run["id"]}")).Select(e => e!["type"]!.GetValue<string>());
        Assert.Equal(["release", "hold"], types);
        var steps = await account.StepsAsync(run["id"]!.GetValue<string>());
        Assert.Equal(["hook", "crm"], steps.Select(s => s!["activityId"]!.GetValue<string>()));
    }

    [Fact]
    public async Task DryRun_OrderWorkflow_SaysWhatItWouldSendAndTouchesNothing()
    {
        await using var mail = await MailServer.StartAsync();
        await using var telegram = await TelegramServer.StartAsync();
        using var account = await fixture.Server.RegisterAsync();
        await ConnectAsync(account, mail, telegram);
        var created = (await account.PostAsync("/api/v1/workflows", OrderWorkflow(fixture.Target.Url("/dry")))).Expect(HttpStatusCode.Created);

        var report = (await account.PostAsync($"/api/v1/workflows/{created["definitionId"]}/run",
            new JsonObject { ["dryRun"] = true, ["input"] = Order.DeepClone() })).Expect(HttpStatusCode.OK);

        Assert.Equal(["crm", "mail", "chat"], report["steps"]!.AsArray().Select(s => s!["activityId"]!.GetValue<string>()));
        Assert.Contains("4711", report["steps"]![0]!["wouldSend"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(5, report["priceCents"]!.GetValue<int>());
        Assert.DoesNotContain(fixture.Target.Requests, r => r.Path == "/dry");
        Assert.Empty(await mail.ReadAsync());
        Assert.Single(await account.LedgerAsync());
    }

    private static async Task ConnectAsync(ApiClient account, MailServer mail, TelegramServer telegram)
    {
        (await account.PostAsync("/api/v1/connections", new JsonObject
        {
            ["name"] = "shop mail",
            ["type"] = "smtp",
            ["settings"] = new JsonObject { ["host"] = "localhost", ["port"] = mail.Port, ["security"] = "none", ["from"] = "shop@example.com" },
            ["secrets"] = new JsonObject(),
        })).Expect(HttpStatusCode.Created);
        (await account.PostAsync("/api/v1/connections", new JsonObject
        {
            ["name"] = "shop bot",
            ["type"] = "telegram",
            ["settings"] = new JsonObject { ["baseUrl"] = telegram.BaseUrl },
            ["secrets"] = new JsonObject { ["token"] = BotToken },
        })).Expect(HttpStatusCode.Created);
    }

    private static JsonObject OrderWorkflow(string url) => Draw.Chain(
        "Order desk",
        Draw.Webhook(),
        Draw.Activity("crm", "AutoForge.HttpRequest",
            ("method", Draw.Literal("POST")),
            ("url", Draw.Literal(url)),
            ("contentType", Draw.Literal("application/json")),
            ("body", Draw.Template("""{"order": {{ trigger.body.number }}, "who": "{{ trigger.body.customer.name }}"}"""))),
        Draw.Activity("mail", "AutoForge.SendEmail",
            ("connection", Draw.Literal("shop mail")),
            ("to", Draw.Template("{{ trigger.body.customer.email }}")),
            ("subject", Draw.Template("Order {{ trigger.body.number }}")),
            ("text", Draw.Template("Dear {{ trigger.body.customer.name }}, your order of {{ trigger.body.total }} is in. CRM said {{ steps.crm.statusCode }}.")),
            ("html", Draw.Template("<p>Dear {{ trigger.body.customer.name }}</p>"))),
        Draw.Activity("chat", "AutoForge.TelegramMessage",
            ("connection", Draw.Literal("shop bot")),
            ("chatId", Draw.Literal("42")),
            ("text", Draw.Template("Order {{ trigger.body.number }} by {{ trigger.body.customer.name }}"))));

    private async Task<JsonNode> CallAsync(JsonNode publication, JsonObject body)
    {
        using var anybody = new ApiClient(fixture.Server.Address);
        var answer = await anybody.PostAsync(publication["triggers"]![0]!["url"]!.GetValue<string>(), body);
        var accepted = answer.Expect(HttpStatusCode.Accepted);
        Assert.Equal($"/api/v1/runs/{accepted["runId"]}", answer.Headers.Location!.ToString());
        return accepted;
    }

    private async Task AssertArrivedAsync(MailServer mail, TelegramServer telegram)
    {
        var request = Assert.Single(fixture.Target.Requests, r => r.Path == "/crm/orders");
        var body = JsonNode.Parse(request.Body)!;
        Assert.Equal(4711, body["order"]!.GetValue<int>());
        Assert.Equal("Zoë \"Z\" O'Hara", body["who"]!.GetValue<string>());
        Assert.NotNull(request.Header("Idempotency-Key"));

        var message = Assert.Single(await mail.ReadAsync());
        Assert.Equal("Order 4711", message["subject"]!.GetValue<string>());
        Assert.Contains("Dear Zoë \"Z\" O'Hara, your order of 129.90 is in. CRM said 200.", message["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("O&#x27;Hara", message["html"]!.GetValue<string>(), StringComparison.Ordinal);

        var chat = Assert.Single(await telegram.SentAsync(BotToken));
        Assert.Equal("Order 4711 by Zoë \"Z\" O'Hara", chat["text"]!.GetValue<string>());
    }

    private static async Task AssertReceiptAsync(ApiClient account, JsonNode run, int price)
    {
        var receipt = (await account.GetAsync($"/api/v1/runs/{run["id"]}/receipt")).Expect(HttpStatusCode.OK);
        Assert.Equal(price, receipt["totalCents"]!.GetValue<int>());
        Assert.Equal(price, receipt["lines"]!.AsArray().Sum(l => l!["cents"]!.GetValue<int>()));
        Assert.Equal(["consume", "hold"], receipt["entries"]!.AsArray().Select(e => e!["type"]!.GetValue<string>()));
        Assert.Single(await account.LedgerAsync("?type=consume"));
    }
}
