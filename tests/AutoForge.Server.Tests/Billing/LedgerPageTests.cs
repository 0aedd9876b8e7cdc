using System.Net;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Billing;

/// <summary>What people see of their ledger, and months added up.</summary>
public sealed class LedgerPageTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Ledger_ByTypeAndDay_ListsThoseEntriesWithTheBalanceAfter()
    {
        using var caller = await RunOnceAsync();
        using var visitor = await PageClient.SignInAsync(caller);

        var all = await visitor.TextAsync("/billing/ledger");
        var charged = await visitor.TextAsync("/billing/ledger?type=consume");
        var later = await visitor.TextAsync("/billing/ledger?from=2199-01-01");
        var otherRun = await visitor.TextAsync($"/billing/ledger?runId={Ids.NewId()}");

        Assert.Contains("Welcome credit", all, StringComparison.Ordinal);
        Assert.Contains(">$0.95</td>", all, StringComparison.Ordinal);
        Assert.Contains("Charged</td>", charged, StringComparison.Ordinal);
        Assert.DoesNotContain("Welcome credit", charged, StringComparison.Ordinal);
        Assert.Contains("href=\"/billing/ledger.csv?type=consume\"", charged, StringComparison.Ordinal);
        Assert.Contains("No such movements", later, StringComparison.Ordinal);
        Assert.Contains("No such movements", otherRun, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_OfTheFilter_HoldsTheSameEntries()
    {
        using var caller = await RunOnceAsync();
        using var visitor = await PageClient.SignInAsync(caller);

        using var response = await visitor.GetAsync("/billing/ledger.csv?type=consume");

        Assert.Equal("text/csv", response.Content.Headers.ContentType?.MediaType);
        var lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains(",consume,5,0,-5,95,0,", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statement_OfThisMonth_GoesFromBalanceToBalance()
    {
        using var caller = await RunOnceAsync();
        using var visitor = await PageClient.SignInAsync(caller);

        var statement = (await caller.GetAsync("/api/billing/statement")).Expect(HttpStatusCode.OK);
        var month = statement["month"]!.GetValue<string>();
        var page = await visitor.TextAsync($"/billing/statements/{month}");
        var before = (await caller.GetAsync("/api/billing/statement?month=2020-01")).Expect(HttpStatusCode.OK);
        var after = (await caller.GetAsync("/api/billing/statement?month=2199-01")).Expect(HttpStatusCode.OK);

        Assert.Equal((0L, 95L), (statement["openingAvailableCents"]!.GetValue<long>(), statement["closingAvailableCents"]!.GetValue<long>()));
        Assert.Equal(["consume", "grant", "hold"], statement["lines"]!.AsArray().Select(line => line!["type"]!.GetValue<string>()));
        Assert.Equal([0L, 100, -5], statement["lines"]!.AsArray().Select(line => line!["availableDeltaCents"]!.GetValue<long>()));
        Assert.Contains("<strong>$0.95</strong>", page, StringComparison.Ordinal);
        Assert.Equal(0, before["closingAvailableCents"]!.GetValue<long>());
        Assert.Equal((95L, 0), (after["openingAvailableCents"]!.GetValue<long>(), after["lines"]!.AsArray().Count));
    }

    [Fact]
    public async Task Statement_OfNoMonth_IsRefused()
    {
        using var caller = await ApiClient.RegisterAsync(server.Address);
        using var visitor = await PageClient.SignInAsync(caller);

        using var page = await visitor.GetAsync("/billing/statements/2026-13");

        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        (await caller.GetAsync("/api/billing/statement?month=March")).Expect(HttpStatusCode.UnprocessableEntity);
    }

    private async Task<ApiClient> RunOnceAsync()
    {
        var caller = await ApiClient.RegisterAsync(server.Address);
        var publication = await caller.PublishAsync(Draw.Chain("Hook", Draw.Webhook()));
        var run = (await caller.PostAsync($"/api/v1/workflows/{publication["definitionId"]}/run")).Expect(HttpStatusCode.Accepted)["runId"]!.GetValue<string>();
        Assert.Equal("Succeeded", (await caller.EndOfAsync(run))["status"]!.GetValue<string>());
        return caller;
    }
}
