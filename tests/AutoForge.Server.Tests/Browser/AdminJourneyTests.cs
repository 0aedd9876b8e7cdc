using AutoForge.Testing.Servers;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace AutoForge.Server.Tests.Browser;

/// <summary>An administrator with a browser.</summary>
[Collection(BrowserJourneys.Name)]
public sealed class AdminJourneyTests(BrowserFixture fixture)
{
    [Theory]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task PaymentEvents_ReplayedByButtonAndById_SayWhatBecameOfThem(int width, ColorScheme scheme)
    {
        await using var visitor = await fixture.NewVisitorAsync(width, 800, scheme);
        var page = visitor.Page;
        await visitor.SignUpAsync();
        var account = (await visitor.FetchAsync("GET", "/api/auth/me")).GetProperty("accountId").GetGuid();
        await fixture.Server.ScalarAsync<Guid>($"UPDATE users SET is_admin = true WHERE account_id = '{account}' RETURNING id");
        var stripe = fixture.Server.Stripe;
        await stripe.SendAsync("checkout.session.completed", StripeEvents.PaidSession(Ids.NewId(), 1000));
        var missed = stripe.Keep(StripeEvents.Event("checkout.session.completed", StripeEvents.PaidSession(account, 1500)))["id"]!.GetValue<string>();

        await visitor.GoAsync("/admin/payments?show=refused");
        await visitor.ClickAsync(page.GetByRole(AriaRole.Button, new() { Name = "Replay evt_" }).First);
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("can still not be booked: it names no account of this server.");
        await page.GetByLabel("Id of the event").FillAsync("evt_nowhere");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#eventId-error")).ToContainTextAsync("no such event");
        await page.GetByLabel("Id of the event").FillAsync(missed);
        await visitor.ClickAsync("Fetch and do it");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("is booked now.");
        await Assertions.Expect(page.Locator(".af-balance")).ToContainTextAsync("$16.00");

        Assert.DoesNotContain((await page.RunAxe()).Violations, violation => violation.Impact is "serious" or "critical");
        Assert.Equal(width, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
    }

    [Theory]
    [InlineData(1440, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task Health_OfAnHourWithGaps_DrawsItAndTellsItAsTables(int width, ColorScheme scheme)
    {
        await using var visitor = await fixture.NewVisitorAsync(width, 800, scheme);
        var page = visitor.Page;
        await visitor.SignUpAsync();
        var account = (await visitor.FetchAsync("GET", "/api/auth/me")).GetProperty("accountId").GetGuid();
        await fixture.Server.ScalarAsync<Guid>($"UPDATE users SET is_admin = true WHERE account_id = '{account}' RETURNING id");
        await fixture.Server.ScalarAsync<Guid>(HealthHour.Insert);

        await visitor.GoAsync("/admin/health");
        await Assertions.Expect(page.GetByRole(AriaRole.Img, new() { Name = "Runs per minute" })).ToBeVisibleAsync();
        var table = page.Locator("#table-runs");
        await table.Locator("summary").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(table.GetByRole(AriaRole.Columnheader, new() { Name = "succeeded" })).ToBeVisibleAsync();
        await Assertions.Expect(table.GetByRole(AriaRole.Row)).ToHaveCountAsync(61);

        Assert.DoesNotContain((await page.RunAxe()).Violations, violation => violation.Impact is "serious" or "critical");
        Assert.Equal(width, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        visitor.AssertNoTrouble();
    }
}
