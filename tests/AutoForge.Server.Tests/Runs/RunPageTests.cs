using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Runs;

/// <summary>What the pages about runs say, and what their buttons do.</summary>
public sealed class RunPageTests(TestServer server) : IClassFixture<TestServer>, IAsyncLifetime
{
    private ApiClient _account = null!;
    private PageClient _browser = null!;

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
    public async Task Run_Succeeded_TellsItsChargeAndLeadsToTheReceipt()
    {
        var run = await EndedAsync(Greeting());

        var page = await _browser.TextAsync($"/runs/{run}");
        var money = await _browser.TextAsync($"/runs/{run}/money");
        var receipt = await _browser.TextAsync($"/runs/{run}/receipt");

        Assert.Contains("Charged $0.05", page, StringComparison.Ordinal);
        Assert.Contains("Run of Greeting", page, StringComparison.Ordinal);
        Assert.Contains("\"text\": \"Hello <b>Ünal</b>\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("data-refresh", page, StringComparison.Ordinal);
        Assert.Contains("Charged $0.05", money, StringComparison.Ordinal);
        Assert.Contains($"href=\"/runs/{run}/receipt\"", money, StringComparison.Ordinal);
        Assert.DoesNotContain("data-refresh", money, StringComparison.Ordinal);
        Assert.Contains("Up to the least price of a run", receipt, StringComparison.Ordinal);
        Assert.Contains("consume", receipt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithMarkupInItsData_ShowsItAsText()
    {
        var run = await EndedAsync(Greeting());

        using var response = await _browser.GetAsync($"/runs/{run}");

        Assert.DoesNotContain("<b>Ünal", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Failed_TellsStepReasonAndThatItWasFree()
    {
        var run = await EndedAsync(Failing());

        var money = await _browser.TextAsync($"/runs/{run}/money");
        var dashboard = await _browser.TextAsync("/dashboard");
        var receipt = await _browser.TextAsync($"/runs/{run}/receipt");

        Assert.Contains("Failed at step stop", money, StringComparison.Ordinal);
        Assert.Contains("because Out of stock", money, StringComparison.Ordinal);
        Assert.Contains("$0.00", money, StringComparison.Ordinal);
        Assert.Contains($"href=\"/runs/{run}\"", dashboard, StringComparison.Ordinal);
        Assert.Contains("0%", dashboard, StringComparison.Ordinal);
        Assert.Contains("nothing was charged", receipt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Open_AsksAgainAndCanBeCancelled()
    {
        var run = await StartAsync(Waiting());
        Assert.Contains($"data-refresh=\"/runs/{run}/progress\"", await _browser.TextAsync($"/runs/{run}"), StringComparison.Ordinal);

        using var response = await _browser.SubmitAsync($"/runs/{run}", $"/runs/{run}/cancel");

        Assert.Equal($"/runs/{run}", response.Headers.Location?.OriginalString);
        Assert.Contains("Cancelled: $0.00", await _browser.TextAsync($"/runs/{run}"), StringComparison.Ordinal);
        Assert.Equal(100, await _account.AvailableAsync());
    }

    [Fact]
    public async Task Replay_Sent_Twice_StartsOneRun()
    {
        var run = await EndedAsync(Failing());
        var page = $"/runs/{run}/replay?from=failed";
        Assert.Contains("Keeps its result", await _browser.TextAsync(page), StringComparison.Ordinal);

        var key = ("key", Ids.NewId().ToString());
        using var first = await _browser.SubmitAsync(page, $"/runs/{run}/replay", key);
        using var second = await _browser.SubmitAsync(page, $"/runs/{run}/replay", key);

        Assert.Equal(HttpStatusCode.Found, first.StatusCode);
        Assert.NotEqual($"/runs/{run}", first.Headers.Location!.OriginalString);
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        await _account.EndOfAsync(first.Headers.Location.OriginalString["/runs/".Length..]);
    }

    [Fact]
    public async Task Replay_OfAnOpenRun_IsRefusedInWords()
    {
        var run = await StartAsync(Waiting());

        using var response = await _browser.GetAsync($"/runs/{run}/replay");

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains("has not ended yet", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Narrowed_ShowsWhatMatchesAndKeepsTheChoice()
    {
        var good = await EndedAsync(Greeting());
        var bad = await EndedAsync(Failing());

        var failed = await _browser.TextAsync("/runs?status=failed&period=day");
        var byText = await _browser.TextAsync("/runs?q=out+of+STOCK");
        var nothing = await _browser.TextAsync("/runs?status=Cancelled");
        var senseless = await _browser.TextAsync("/runs?status=7&period=x");

        Assert.Contains($"/runs/{bad}\"", failed, StringComparison.Ordinal);
        Assert.DoesNotContain($"/runs/{good}\"", failed, StringComparison.Ordinal);
        Assert.Contains("<option value=\"Failed\" selected", failed, StringComparison.Ordinal);
        Assert.Contains("<option value=\"day\" selected", failed, StringComparison.Ordinal);
        Assert.Contains($"/runs/{bad}\"", byText, StringComparison.Ordinal);
        Assert.DoesNotContain($"/runs/{good}\"", byText, StringComparison.Ordinal);
        Assert.Contains("No such runs", nothing, StringComparison.Ordinal);
        Assert.Contains($"/runs/{good}\"", senseless, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("from=2026-03-29&to=2026-03-29", true)]
    [InlineData("from=2026-03-29", true)]
    [InlineData("to=2026-03-29", true)]
    [InlineData("from=2026-03-30", false)]
    [InlineData("to=2026-03-28", false)]
    [InlineData("from=2026-03-28&period=day", false)]
    [InlineData("from=tomorrow", true)]
    public async Task List_BetweenDays_CountsThemWhereTheReaderLives(string days, bool isListed)
    {
        var run = await EndedAsync(Greeting());
        using var profile = new HttpRequestMessage(HttpMethod.Put, "/api/user/profile") { Content = JsonContent.Create(new { timeZone = "Pacific/Kiritimati" }) };
        (await _account.SendAsync(profile)).Expect(HttpStatusCode.OK);
        // There, 14 hours ahead of UTC, it is half past midnight on the 29th.
        await using var command = server.Database.DataSource.CreateCommand("UPDATE runs SET accepted_at = '2026-03-28T10:30:00Z' WHERE id = @id");
        command.Parameters.AddWithValue("id", Guid.Parse(run));
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        var page = await _browser.TextAsync($"/runs?{days}");

        Assert.Equal(isListed, page.Contains($"/runs/{run}\"", StringComparison.Ordinal));
        Assert.Contains("Days begin and end in Pacific/Kiritimati", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dashboard_ByProgress_TellsWhatComesNext()
    {
        Assert.Contains("Your first automation", await _browser.TextAsync("/dashboard"), StringComparison.Ordinal);

        await EndedAsync(Greeting());

        var dashboard = await _browser.TextAsync("/dashboard");
        Assert.DoesNotContain("Your first automation", dashboard, StringComparison.Ordinal);
        Assert.Contains("100%", dashboard, StringComparison.Ordinal);
        Assert.Contains("$0.95", dashboard, StringComparison.Ordinal);
    }

    private static JsonObject Greeting() =>
        Draw.Chain("Greeting", Draw.Webhook(), Draw.Activity("line", "Elsa.WriteLine", ("text", Draw.Literal("Hello <b>Ünal</b>"))));

    private static JsonObject Failing() =>
        Draw.Chain("Failing", Draw.Webhook(), Draw.Activity("stop", "Elsa.Fault", ("message", Draw.Literal("Out of stock"))));

    private static JsonObject Waiting() =>
        Draw.Chain("Waiting", Draw.Webhook(), Draw.Activity("wait", "Elsa.Delay", ("timeSpan", Draw.Literal("01:00:00"))));

    private async Task<string> StartAsync(JsonObject workflow)
    {
        var publication = await _account.PublishAsync(workflow);
        return (await _account.PostAsync($"/api/v1/workflows/{publication["definitionId"]}/run")).Expect(HttpStatusCode.Accepted)["runId"]!.GetValue<string>();
    }

    private async Task<string> EndedAsync(JsonObject workflow)
    {
        var run = await StartAsync(workflow);
        await _account.EndOfAsync(run);
        return run;
    }
}
