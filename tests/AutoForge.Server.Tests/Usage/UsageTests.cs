using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Usage;

/// <summary>What an account reads about its spending, and how it caps it.</summary>
public sealed class UsageTests(TestServer server) : IClassFixture<TestServer>, IAsyncLifetime
{
    private ApiClient _account = null!;
    private PageClient _browser = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _account = await ApiClient.RegisterAsync(server.Address);
        _browser = await PageClient.SignInAsync(_account);
    }

    public ValueTask DisposeAsync()
    {
        _browser.Dispose();
        _account.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Usage_AfterASuccessAndAFailure_CountsBothAndTheMoney()
    {
        var greeting = await PublishAsync("Greeting", Draw.Activity("line", "Elsa.WriteLine", ("text", Draw.Literal("hello"))));
        await RunAsync(greeting);
        await RunAsync(await PublishAsync("Failing", Draw.Activity("stop", "Elsa.Fault", ("message", Draw.Literal("no")))));

        var usage = (await _account.GetAsync("/api/user/usage")).Expect(HttpStatusCode.OK);
        var page = await _browser.TextAsync("/usage");

        Assert.Equal((5, 2, 2, 0), (Used(usage, "monthCents"), Used(usage, "runsToday"), Used(usage, "workflows"), Used(usage, "connections")));
        Assert.Equal(30, usage["days"]!.AsArray().Count);
        var today = usage["days"]!.AsArray()[^1]!;
        Assert.Equal((1, 1, 5), ((int)today["succeeded"]!, (int)today["failed"]!, (int)today["chargedCents"]!));
        Assert.Equal((greeting, 5), ((string)usage["spendingByWorkflow"]![0]!["definitionId"]!, (int)usage["spendingByWorkflow"]![0]!["monthCents"]!));
        // 95 cents at 5 cents in 7 days.
        Assert.Equal(133, (int)usage["runwayDays"]!);
        Assert.Contains("$0.05 in 30 days", page, StringComparison.Ordinal);
        Assert.Contains("1 succeeded, 1 failed, $0.05 charged", page, StringComparison.Ordinal);
        Assert.Contains("The balance lasts about 133 days", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Usage_OfANewAccount_TellsWhatToDo()
    {
        var page = await _browser.TextAsync("/usage");

        Assert.Contains("Nothing was charged in these days.", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/workflows/new\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Caps_Set_AreReadBackAndHoldForTheNextRun()
    {
        var workflow = await PublishAsync("Capped", Draw.Activity("line", "Elsa.WriteLine", ("text", Draw.Literal("hello"))));

        var set = await PutAsync("/api/user/spend-caps", new JsonObject { ["runCents"] = 4, ["monthCents"] = null, ["lowBalanceCents"] = 0 });
        var refused = await _account.PostAsync($"/api/v1/workflows/{workflow}/run");

        Assert.Equal("""{"runCents":4,"monthCents":null,"lowBalanceCents":0}""", set.Expect(HttpStatusCode.OK).ToJsonString());
        Assert.Equal(set.Body!.ToJsonString(), (await _account.GetAsync("/api/user/spend-caps")).Body!.ToJsonString());
        Assert.Equal("spend_cap_reached", (string)refused.Expect(HttpStatusCode.PaymentRequired)["code"]!);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(10_000_001)]
    public async Task Caps_OutOfRange_AreRefusedAllAtOnceAndChangeNothing(long cents)
    {
        var workflow = await PublishAsync("Capped", Draw.Activity("line", "Elsa.WriteLine"));

        var caps = await PutAsync("/api/user/spend-caps", new JsonObject { ["runCents"] = cents, ["monthCents"] = cents, ["lowBalanceCents"] = cents });
        var cap = await PutAsync($"/api/v1/workflows/{workflow}/spend-cap", new JsonObject { ["monthCents"] = cents });

        Assert.Equal(["runCents", "monthCents", "lowBalanceCents"], caps.Expect(HttpStatusCode.UnprocessableEntity)["errors"]!.AsArray().Select(error => (string)error!["field"]!));
        Assert.Equal("monthCents", (string)cap.Expect(HttpStatusCode.UnprocessableEntity)["errors"]![0]!["field"]!);
        Assert.Equal("""{"runCents":null,"monthCents":null,"lowBalanceCents":50}""", (await _account.GetAsync("/api/user/spend-caps")).Body!.ToJsonString());
        Assert.Null((await _account.GetAsync("/api/user/usage")).Body!["spendingByWorkflow"]![0]!["capCents"]);
    }

    [Fact]
    public async Task CapsForm_InDollars_IsSetAndShown()
    {
        using var set = await _browser.SubmitAsync("/usage", "/usage/caps", ("month", "$12.50"), ("run", ""), ("lowBalance", "1"));

        Assert.Equal("/usage#caps", set.Headers.Location?.OriginalString);
        Assert.Equal("""{"runCents":null,"monthCents":1250,"lowBalanceCents":100}""", (await _account.GetAsync("/api/user/spend-caps")).Body!.ToJsonString());
        var page = await _browser.TextAsync("/usage");
        Assert.Contains("of $12.50", page, StringComparison.Ordinal);
        Assert.Contains("value=\"12.50\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CapsForm_AllFieldsEmpty_TakesTheCapsAway()
    {
        (await PutAsync("/api/user/spend-caps", new JsonObject { ["runCents"] = 10, ["monthCents"] = 20, ["lowBalanceCents"] = 30 })).Expect(HttpStatusCode.OK);

        using var set = await _browser.SubmitAsync("/usage", "/usage/caps", ("month", ""), ("run", ""), ("lowBalance", ""));

        Assert.Equal(HttpStatusCode.Found, set.StatusCode);
        Assert.Equal("""{"runCents":null,"monthCents":null,"lowBalanceCents":50}""", (await _account.GetAsync("/api/user/spend-caps")).Body!.ToJsonString());
    }

    [Theory]
    [InlineData("ten", "month-error\">Write an amount")]
    [InlineData("1.005", "month-error\">Write an amount")]
    [InlineData("-1", "month-error\">The amount must be $0 to $100,000.")]
    [InlineData("100000.01", "month-error\">The amount must be $0 to $100,000.")]
    public async Task CapsForm_NoAmount_TellsBesideTheFieldAndKeepsWhatWasTyped(string typed, string expected)
    {
        using var response = await _browser.SubmitAsync("/usage", "/usage/caps", ("month", typed), ("run", "0.25"), ("lowBalance", ""));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        var html = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.Contains(expected, html, StringComparison.Ordinal);
        Assert.Contains($"value=\"{typed}\"", html, StringComparison.Ordinal);
        Assert.Contains("value=\"0.25\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WorkflowCapForm_SetRefusedAndTakenAway_ShowsEach()
    {
        var workflow = await PublishAsync("Capped", Draw.Activity("line", "Elsa.WriteLine"));
        var form = $"/usage/workflows/{workflow}/cap";

        using var set = await _browser.SubmitAsync("/usage", form, ("cap", "3"));
        var capped = await _browser.TextAsync("/usage");
        using var refused = await _browser.SubmitAsync("/usage", form, ("cap", "lots"));
        using var taken = await _browser.SubmitAsync("/usage", form, ("cap", ""));

        Assert.Equal("/usage#workflows", set.Headers.Location?.OriginalString);
        Assert.Contains("$3.00", capped, StringComparison.Ordinal);
        Assert.Contains($"cap-{workflow}-error\">Write an amount", await refused.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Found, taken.StatusCode);
        Assert.DoesNotContain("$3.00", await _browser.TextAsync("/usage"), StringComparison.Ordinal);
    }

    private static int Used(JsonNode usage, string meter) => (int)usage[meter]!["used"]!;

    private Task<ApiAnswer> PutAsync(string path, JsonNode body) =>
        _account.SendAsync(new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(body) });

    private async Task<string> PublishAsync(string name, JsonObject activity) =>
        (string)(await _account.PublishAsync(Draw.Chain(name, Draw.Webhook(), activity)))["definitionId"]!;

    private async Task RunAsync(string workflow)
    {
        var started = await _account.PostAsync($"/api/v1/workflows/{workflow}/run");
        await _account.EndOfAsync((string)started.Expect(HttpStatusCode.Accepted)["runId"]!);
    }
}
