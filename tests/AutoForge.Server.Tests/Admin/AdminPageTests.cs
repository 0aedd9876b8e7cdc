using System.Net;
using AutoForge.Server.Admin;
using AutoForge.Testing.Running;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Admin;

/// <summary>What administrators see of all accounts, and that nobody else does.</summary>
public sealed class AdminPageTests(AdminServer server) : IClassFixture<AdminServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private AdminQueries Queries => server.Services.GetRequiredService<AdminQueries>();

    [Fact]
    public async Task Figures_AfterAPaidAndAFailedRun_CountBothAndTheActivation()
    {
        var before = await Queries.FiguresAsync(Cancelled);
        using var account = await ApiClient.RegisterAsync(server.Address);
        using var idle = await ApiClient.RegisterAsync(server.Address);
        await RunAsync(account, Draw.Activity("line", "Elsa.WriteLine"));
        await RunAsync(account, Draw.Activity("stop", "Elsa.Fault"));

        var after = await Queries.FiguresAsync(Cancelled);

        Assert.Equal((2, 1), (after.Accounts - before.Accounts, after.Activated - before.Activated));
        Assert.Equal((2, 1, 1, 5), (after.LastDay.Accepted - before.LastDay.Accepted, after.LastDay.Succeeded - before.LastDay.Succeeded, after.LastDay.Failed - before.LastDay.Failed, after.LastDay.ChargedCents - before.LastDay.ChargedCents));
        Assert.NotNull(after.LastDay.FailureRate);
        Assert.True(after.LastDay.P95 >= after.LastDay.P50);
        var thisWeek = Assert.Single(after.Weeks);
        Assert.Equal(DayOfWeek.Monday, thisWeek.Monday.DayOfWeek);
        using var browser = await PageClient.SignInAsync(account);
        var page = await browser.TextAsync("/admin");
        Assert.Contains($"of <a href=\"/admin/accounts\">{after.Accounts} {(after.Accounts == 1 ? "account" : "accounts")}</a>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Figures_RunsOfYesterdayAndBefore_AreNotCounted()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var run = await RunAsync(account, Draw.Activity("line", "Elsa.WriteLine"));
        var before = (await Queries.FiguresAsync(Cancelled)).LastDay;

        await server.ExecuteAsync("UPDATE runs SET accepted_at = accepted_at - interval '24 hours 1 second' WHERE id = @id", ("id", Guid.Parse(run)));

        var after = (await Queries.FiguresAsync(Cancelled)).LastDay;
        Assert.Equal((1, 5), (before.Accepted - after.Accepted, before.ChargedCents - after.ChargedCents));
    }

    [Fact]
    public async Task Figures_RefusedCalls_AreCountedByReason()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        using var browser = await PageClient.SignInAsync(account);
        var hook = (await account.PublishAsync(Draw.Chain("Refused", Draw.Webhook(), Draw.Activity("line", "Elsa.WriteLine"))))["triggers"]![0]!["url"]!.GetValue<string>();
        using var capped = await browser.SubmitAsync("/usage", "/usage/caps", ("run", "0.01"), ("month", ""), ("lowBalance", ""));
        Assert.Equal(HttpStatusCode.Found, capped.StatusCode);

        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.PaymentRequired, (await account.PostAsync(new Uri(hook).AbsolutePath)).Status);

        Assert.Equal([new RefusedCount("run_cap", 3, 3)], (await Queries.FiguresAsync(Cancelled)).Refused);
        Assert.Contains("cap per run", await browser.TextAsync("/admin"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Figures_Queue_TellsDueUnderWayAndLater()
    {
        var before = (await Queries.FiguresAsync(Cancelled)).Queue;
        using var account = await ApiClient.RegisterAsync(server.Address);
        var publication = await account.PublishAsync(Draw.Chain("Later", Draw.Webhook(), Draw.Activity("wait", "Elsa.Delay", ("timeSpan", Draw.Literal("01:00:00")))));
        var run = (string)(await account.PostAsync($"/api/v1/workflows/{publication["definitionId"]}/run")).Expect(HttpStatusCode.Accepted)["runId"]!;
        while ((string)(await account.GetAsync($"/api/v1/runs/{run}")).Body!["status"]! != "Waiting")
            await Task.Yield();

        var after = (await Queries.FiguresAsync(Cancelled)).Queue;

        Assert.Equal((0, 0, 1), (after.Due - before.Due, after.UnderWay - before.UnderWay, after.Later - before.Later));
        Assert.Null(after.OldestDue);
    }

    [Fact]
    public async Task Accounts_Searched_AreFoundByAddressAndId()
    {
        var email = $"Needle-{Ids.NewText()}@example.com";
        using var account = await ApiClient.RegisterAsync(server.Address, email);
        using var browser = await PageClient.SignInAsync(account);
        var row = Assert.Single(await Queries.AccountsAsync(email.ToUpperInvariant()[..20], null, 10, Cancelled));

        var list = await browser.TextAsync($"/admin/accounts?q={row.Id}");
        var page = await browser.TextAsync($"/admin/accounts/{row.Id}");

        Assert.Equal((100, 0, 0, false), (row.AvailableCents, row.HeldCents, row.DebtCents, row.HasPaidRun));
        Assert.Contains($"href=\"/admin/accounts/{row.Id}\"", list, StringComparison.Ordinal);
        Assert.Contains("No such account", await browser.TextAsync("/admin/accounts?q=nobody-has-this"), StringComparison.Ordinal);
        Assert.Contains("$1.00", page, StringComparison.Ordinal);
        Assert.Contains("grant", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accounts_MoreThanAPage_AreReadInOrder()
    {
        for (var i = 0; i < 3; i++)
            (await ApiClient.RegisterAsync(server.Address)).Dispose();
        var all = await Queries.AccountsAsync(null, null, 1000, Cancelled);

        var paged = new List<AccountRow>();
        while (await Queries.AccountsAsync(null, paged.LastOrDefault()?.Id, 2, Cancelled) is { Count: > 0 } page)
            paged.AddRange(page);

        Assert.Equal(all, paged);
    }

    [Fact]
    public async Task Refund_OfAChargedRun_GivesItBackOnceAndTellsTheOwnerWhy()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        using var browser = await PageClient.SignInAsync(account);
        var run = await RunAsync(account, Draw.Activity("line", "Elsa.WriteLine"));
        var id = (await account.GetAsync("/api/auth/me")).Expect(HttpStatusCode.OK)["accountId"]!.GetValue<Guid>();
        var (page, form) = ($"/admin/accounts/{id}", $"/admin/accounts/{id}/runs/{run}/refund");

        using var noReason = await browser.SubmitAsync(page, form, ("reason", " "));
        using var refunded = await browser.SubmitAsync(page, form, ("reason", "The mail never came"));
        var again = await account.PostAsync($"/api/admin/accounts/{id}/runs/{run}/refund", new System.Text.Json.Nodes.JsonObject { ["reason"] = "Once more" });

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.OK), (noReason.StatusCode, refunded.StatusCode));
        Assert.Contains("is back on the balance", await refunded.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal("AlreadyRefunded", (string)again.Expect(HttpStatusCode.OK)["outcome"]!);
        Assert.Equal(100, await account.AvailableAsync());
        Assert.Equal("Refund: The mail never came", (string)Assert.Single(await account.LedgerAsync("?type=refund"))!["description"]!);
        Assert.DoesNotContain(form, await browser.TextAsync(page), StringComparison.Ordinal);
        Assert.Contains("Run refunded", await browser.TextAsync("/settings/audit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReportFailure_OfAChargedRun_GivesItBackOnceWithinTheWindow()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        using var browser = await PageClient.SignInAsync(account);
        var (run, late) = (await RunAsync(account, Draw.Activity("line", "Elsa.WriteLine")), await RunAsync(account, Draw.Activity("line", "Elsa.WriteLine")));
        var path = $"/api/admin/accounts/{(await account.GetAsync("/api/auth/me")).Expect(HttpStatusCode.OK)["accountId"]}/runs";
        await server.ExecuteAsync("UPDATE runs SET finished_at = finished_at - interval '31 days' WHERE id = @id", ("id", Guid.Parse(late)));

        var outcomes = new List<string>();
        foreach (var id in new[] { run, run, late })
            outcomes.Add((string)(await account.PostAsync($"{path}/{id}/report-failure", new System.Text.Json.Nodes.JsonObject { ["report"] = "550 No such user" })).Expect(HttpStatusCode.OK)["outcome"]!);

        Assert.Equal(["Refunded", "AlreadyRefunded", "TooLate"], outcomes);
        Assert.Equal("Refund: 550 No such user", (string)Assert.Single(await account.LedgerAsync("?type=refund"))!["description"]!);
        Assert.Contains("Run failure reported", await browser.TextAsync("/settings/audit"), StringComparison.Ordinal);
        (await account.PostAsync($"{path}/{run}/report-failure", new System.Text.Json.Nodes.JsonObject { ["report"] = " " })).Expect(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task ReportFailure_ByTheOwner_DoesNotExist()
    {
        using var account = await ApiClient.RegisterAsync(server.Server.Address);
        var run = await RunAsync(account, Draw.Activity("line", "Elsa.WriteLine"));
        var id = (await account.GetAsync("/api/auth/me")).Expect(HttpStatusCode.OK)["accountId"]!;

        (await account.PostAsync($"/api/admin/accounts/{id}/runs/{run}/report-failure", new System.Text.Json.Nodes.JsonObject { ["report"] = "bounced" })).Expect(HttpStatusCode.NotFound);

        Assert.Equal(95, await account.AvailableAsync());
    }

    [Fact]
    public async Task Adjustment_InDollars_IsBookedOncePerForm()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        using var browser = await PageClient.SignInAsync(account);
        var page = $"/admin/accounts/{(await account.GetAsync("/api/auth/me")).Expect(HttpStatusCode.OK)["accountId"]}";
        var key = ("key", Ids.NewText());

        using var wrong = await browser.SubmitAsync(page, page + "/adjustments", ("amount", "ten"), ("reason", "Sorry"));
        using var first = await browser.SubmitAsync(page, page + "/adjustments", ("amount", "-0.25"), ("reason", "Paid out"), key);
        using var second = await browser.SubmitAsync(page, page + "/adjustments", ("amount", "-0.25"), ("reason", "Paid out"), key);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, HttpStatusCode.Found, HttpStatusCode.Found), (wrong.StatusCode, first.StatusCode, second.StatusCode));
        Assert.Contains("amount-error\">Write an amount", await wrong.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal(75, await account.AvailableAsync());
    }

    [Fact]
    public async Task Refund_OfARunOfAnotherAccount_IsNotFound()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        using var other = await ApiClient.RegisterAsync(server.Address);
        var run = await RunAsync(account, Draw.Activity("line", "Elsa.WriteLine"));
        var id = (await other.GetAsync("/api/auth/me")).Expect(HttpStatusCode.OK)["accountId"]!;

        var answer = await account.PostAsync($"/api/admin/accounts/{id}/runs/{run}/refund", new System.Text.Json.Nodes.JsonObject { ["reason"] = "Why not" });

        Assert.Equal("not_found", (string)answer.Expect(HttpStatusCode.NotFound)["code"]!);
    }

    [Fact]
    public async Task PaymentEvents_ToLookAt_AreThoseThatWereRefused()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        using var browser = await PageClient.SignInAsync(account);
        var (refused, booked) = (Ids.NewText(), Ids.NewText());
        foreach (var (id, outcome) in new[] { (refused, "refused"), (booked, "booked") })
        {
            await server.ExecuteAsync(
                "INSERT INTO stripe_events (id, type, live, outcome, detail, created_at, processed_at) VALUES (@id, 'charge.refunded', false, @outcome, 'Why <b>', now(), now())",
                ("id", id), ("outcome", outcome));
        }

        var all = await browser.TextAsync("/admin/payments");
        var toLookAt = await browser.TextAsync("/admin/payments?show=refused");

        Assert.Contains(booked, all, StringComparison.Ordinal);
        Assert.Contains(refused, all, StringComparison.Ordinal);
        Assert.DoesNotContain(booked, toLookAt, StringComparison.Ordinal);
        Assert.Contains(refused, toLookAt, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/admin")]
    [InlineData("/admin/health")]
    [InlineData("/admin/accounts")]
    [InlineData("/admin/payments")]
    public async Task Page_ForAUser_IsNotThereAndNotInTheMenu(string path)
    {
        using var browser = await PageClient.SignUpAsync(server.Server.Address);

        using var response = await browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.DoesNotContain("\"/admin", await browser.TextAsync("/dashboard"), StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(ApiClient account, System.Text.Json.Nodes.JsonObject activity)
    {
        var publication = await account.PublishAsync(Draw.Chain("Run", Draw.Webhook(), activity));
        var run = (string)(await account.PostAsync($"/api/v1/workflows/{publication["definitionId"]}/run")).Expect(HttpStatusCode.Accepted)["runId"]!;
        await account.EndOfAsync(run);
        return run;
    }
}
