using AutoForge.Testing.Servers;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace AutoForge.Server.Tests.Browser;

/// <summary>A plan from its choice to its end, as the person sees it who pays for it.</summary>
[Collection(BrowserJourneys.Name)]
public sealed class SubscriptionJourneyTests(BrowserFixture fixture)
{
    [Fact]
    public async Task Plan_ChosenUnpaidMendedCancelledAndEnded_IsToldEachTime()
    {
        await using var visitor = await fixture.NewVisitorAsync(360, 800, ColorScheme.Light);
        var page = visitor.Page;
        var stripe = fixture.Server.Stripe;
        await visitor.SignUpAsync();
        var account = (await visitor.FetchAsync("GET", "/api/auth/me")).GetProperty("accountId").GetGuid().ToString();

        await visitor.GoAsync("/billing/plans");
        await visitor.ClickAsync("Choose Pro");
        await page.ArriveAsync("/pay/");
        await visitor.ClickAsync("Pay");
        await Assertions.Expect(page.GetByText("You are on the plan Pro.")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".af-balance")).ToContainTextAsync("$21.00");

        var subscription = Assert.Single(stripe.Made("subscription", "account_id", account));
        var unpaid = StripeServer.NewInvoice(subscription);
        await stripe.SendAsync("invoice.payment_failed", unpaid);
        await visitor.GoAsync("/billing/plans");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("The last payment has failed.");
        Assert.DoesNotContain((await page.RunAxe()).Violations, violation => violation.Impact is "serious" or "critical");
        Assert.Equal(360, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));

        await stripe.SendAsync("invoice.paid", unpaid);
        await visitor.GoAsync("/billing/plans");
        await Assertions.Expect(page.GetByText("The last payment has failed.")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".af-balance")).ToContainTextAsync("$41.00");

        await visitor.ClickAsync("Manage the subscription");
        await page.ArriveAsync("/portal/");
        await visitor.ClickAsync("Cancel the plan");
        await Assertions.Expect(page.GetByText("The account is then on the free plan.")).ToBeVisibleAsync();

        await stripe.SendAsync("customer.subscription.deleted", subscription);
        await visitor.GoAsync("/billing/plans");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Choose Pro" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("The account is then on the free plan.")).ToHaveCountAsync(0);
    }
}
