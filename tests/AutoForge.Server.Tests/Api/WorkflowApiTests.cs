using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Api;

/// <summary>Publishing and starting workflows over HTTP.</summary>
public sealed class WorkflowApiTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Publish_EverythingWrong_SaysAllOfItAtOnce()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var created = (await account.PostAsync("/api/v1/workflows", Draw.Flowchart("Wrong",
        [
            Draw.Trigger("clock", "AutoForge.Schedule",
                ("kind", Draw.Literal("cron")), ("cron", Draw.Literal("61 * * * *")), ("timeZone", Draw.Literal("Europe/Berln"))),
            Draw.Trigger("hook", "AutoForge.Webhook", ("secret", Draw.Template("{{ trigger.body }}"))),
            Draw.Activity("relative", "AutoForge.HttpRequest", ("url", Draw.Literal("not a url"))),
            Draw.Activity("empty", "AutoForge.HttpRequest"),
            Draw.Activity("alien", "Acme.Unknown"),
            Draw.Activity("script", "Elsa.WriteLine", ("text", Script("1 + 1"))),
        ], []))).Expect(HttpStatusCode.Created);

        var problem = (await account.PostAsync($"/api/v1/workflows/{created["definitionId"]}/publish")).Expect(HttpStatusCode.UnprocessableEntity);

        Assert.Equal("workflow_invalid", problem["code"]!.GetValue<string>());
        Assert.Equal(
            ["alien/type", "clock/cron", "clock/timeZone", "empty/url", "hook/secret", "relative/url", "script/text"],
            problem["errors"]!.AsArray().Select(e => $"{e!["activityId"]}/{e["field"]}").Order(StringComparer.Ordinal));
        Assert.All(problem["errors"]!.AsArray(), e => Assert.NotEmpty(e!["message"]!.GetValue<string>()));
        Assert.False((await account.GetAsync($"/api/v1/workflows/{created["definitionId"]}")).Expect(HttpStatusCode.OK)["isPublished"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Publish_NewVersion_SaysTheNewAndThePreviousPriceAndKeepsTheAddress()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var first = await account.PublishAsync(Draw.Chain("Price", Draw.Webhook()));
        var mails = Enumerable.Range(0, 4).Select(i => Draw.Activity($"mail{i}", "AutoForge.SendEmail",
            ("connection", Draw.Literal("any")), ("to", Draw.Literal("a@example.com")), ("subject", Draw.Literal("s")), ("text", Draw.Literal("t"))));
        var put = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/workflows/{first["definitionId"]}")
        {
            Content = System.Net.Http.Json.JsonContent.Create(Draw.Chain("Price", [Draw.Webhook(), .. mails])),
        };
        Assert.Equal(2, (await account.SendAsync(put)).Expect(HttpStatusCode.OK)["version"]!.GetValue<int>());

        var second = (await account.PostAsync($"/api/v1/workflows/{first["definitionId"]}/publish")).Expect(HttpStatusCode.OK);

        Assert.Equal((1, 5), (first["version"]!.GetValue<int>(), first["priceCents"]!.GetValue<int>()));
        Assert.Equal((2, 8, 5), (second["version"]!.GetValue<int>(), second["priceCents"]!.GetValue<int>(), second["previousPriceCents"]!.GetValue<int>()));
        Assert.Equal(first["triggers"]![0]!["url"]!.GetValue<string>(), second["triggers"]![0]!["url"]!.GetValue<string>());
    }

    [Fact]
    public async Task Run_Manual_TakesInputOrNothingAndRefusesWhatIsNoJson()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var workflow = Draw.Chain("By hand", Draw.Trigger("start", "AutoForge.Manual"),
            Draw.Activity("say", "Elsa.WriteLine", ("text", Draw.Template("Hello {{ trigger.input.name }}"))));
        var created = (await account.PostAsync("/api/v1/workflows", workflow)).Expect(HttpStatusCode.Created);
        var path = $"/api/v1/workflows/{created["definitionId"]}/run";
        Assert.Equal("workflow_not_published", (await account.PostAsync(path)).Expect(HttpStatusCode.Conflict)["code"]!.GetValue<string>());
        (await account.PostAsync($"/api/v1/workflows/{created["definitionId"]}/publish")).Expect(HttpStatusCode.OK);

        var bare = (await account.PostAsync(path)).Expect(HttpStatusCode.Accepted);
        var named = (await account.PostAsync(path, new JsonObject
        {
            ["input"] = new JsonObject { ["name"] = "Ada" },
            ["correlationId"] = "visit-7",
        })).Expect(HttpStatusCode.Accepted);
        var broken = await account.SendAsync(new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent("{", System.Text.Encoding.UTF8, "application/json"),
        });

        Assert.Equal("Succeeded", (await account.EndOfAsync(bare["runId"]!.GetValue<string>()))["status"]!.GetValue<string>());
        Assert.Equal("visit-7", (await account.EndOfAsync(named["runId"]!.GetValue<string>()))["correlationId"]!.GetValue<string>());
        Assert.Equal("Hello Ada", (await account.StepsAsync(named["runId"]!.GetValue<string>()))[1]!["input"]!["text"]!.GetValue<string>());
        Assert.Equal("invalid_json", broken.Expect(HttpStatusCode.BadRequest)["code"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(true, "Succeeded", 5)]
    [InlineData(false, "Failed", 0)]
    public async Task Run_Finished_IsChargedOnlyIfTheSuccessConditionHolds(bool shipped, string status, int charged)
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var workflow = Draw.Chain("Judged", Draw.Webhook());
        workflow["customProperties"] = new JsonObject
        {
            ["successCondition"] = new JsonObject { ["type"] = "Template", ["value"] = "{{ trigger.body.shipped }}" },
        };
        var publication = await account.PublishAsync(workflow);

        var accepted = (await account.PostAsync(
            publication["triggers"]![0]!["url"]!.GetValue<string>(), new JsonObject { ["shipped"] = shipped })).Expect(HttpStatusCode.Accepted);
        var run = await account.EndOfAsync(accepted["runId"]!.GetValue<string>());

        Assert.Equal((status, charged), (run["status"]!.GetValue<string>(), run["chargedCents"]!.GetValue<int>()));
        Assert.Equal(shipped ? null : "success_condition", run["fault"]?["code"]?.GetValue<string>());
        Assert.Equal(100 - charged, await account.AvailableAsync());
    }

    [Fact]
    public async Task Publish_SuccessConditionThatIsNone_IsRefused()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var workflow = Draw.Chain("Judged", Draw.Webhook());
        workflow["customProperties"] = new JsonObject { ["successCondition"] = new JsonObject { ["type"] = "Template", ["value"] = "{{#if x}}" } };
        var created = (await account.PostAsync("/api/v1/workflows", workflow)).Expect(HttpStatusCode.Created);

        var problem = (await account.PostAsync($"/api/v1/workflows/{created["definitionId"]}/publish")).Expect(HttpStatusCode.UnprocessableEntity);

        Assert.Equal("successCondition", Assert.Single(problem["errors"]!.AsArray())!["field"]!.GetValue<string>());
    }

    [Fact]
    public async Task Job_Queued_IsTheQueuesViewOfTheRun()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var publication = await account.PublishAsync(Draw.Chain("Job", Draw.Trigger("start", "AutoForge.Manual")));

        var job = (await account.PostAsync("/api/jobs", new JsonObject
        {
            ["workflow"] = publication["definitionId"]!.DeepClone(),
            ["input"] = new JsonObject(),
        })).Expect(HttpStatusCode.Accepted);
        await account.EndOfAsync(job["id"]!.GetValue<string>());
        var ended = (await account.GetAsync($"/api/jobs/{job["id"]}")).Expect(HttpStatusCode.OK);

        Assert.Equal("succeeded", ended["status"]!.GetValue<string>());
        Assert.Equal(1, ended["attemptCount"]!.GetValue<int>());
        Assert.Equal(["queued", "started", "succeeded"], ended["events"]!.AsArray().Select(e => e!["type"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Ledger_AsCsv_HasEveryEntryAndNoFormula()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var publication = await account.PublishAsync(Draw.Chain("=cmd()", Draw.Webhook()));
        var accepted = (await account.PostAsync(publication["triggers"]![0]!["url"]!.GetValue<string>(), new JsonObject())).Expect(HttpStatusCode.Accepted);
        await account.EndOfAsync(accepted["runId"]!.GetValue<string>());
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/credits/ledger");
        request.Headers.Accept.ParseAdd("text/csv");

        var answer = (await account.SendAsync(request)).Expect(HttpStatusCode.OK).GetValue<string>();

        var lines = answer.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("id,type,amountCents,", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain(",\"=", answer, StringComparison.Ordinal);
    }

    private static JsonObject Script(string source) => new()
    {
        ["typeName"] = "String",
        ["expression"] = new JsonObject { ["type"] = "JavaScript", ["value"] = source },
    };
}
