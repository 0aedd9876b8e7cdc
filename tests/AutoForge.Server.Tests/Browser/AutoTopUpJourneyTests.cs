using System.Text.Json.Nodes;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace AutoForge.Server.Tests.Browser;

/// <summary>Somebody who never wants to think of their balance again.</summary>
[Collection(BrowserJourneys.Name)]
public sealed class AutoTopUpJourneyTests(BrowserFixture fixture)
{
    [Fact]
    public async Task AutomaticTopUp_SwitchedOnWithANewCard_FillsTheBalanceByItself()
    {
        await using var visitor = await fixture.NewVisitorAsync(360, 800, ColorScheme.Dark);
        var page = visitor.Page;
        await visitor.SignUpAsync();
        var account = (await visitor.FetchAsync("GET", "/api/auth/me")).GetProperty("accountId").GetGuid().ToString();

        await visitor.GoAsync("/billing");
        await page.GetByLabel("Top up by, in dollars").FillAsync("1");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#topUp-error")).ToContainTextAsync("$5.00 to $500.00");
        await page.WaitForLoadStateAsync();
        await page.GetByLabel("Top up by, in dollars").FillAsync("20");
        await visitor.ClickAsync("Switch on");
        await page.ArriveAsync("/pay/");
        await visitor.ClickAsync("Pay");
        await Assertions.Expect(page.GetByText("The card is saved.")).ToBeVisibleAsync();
        Assert.DoesNotContain((await page.RunAxe()).Violations, violation => violation.Impact is "serious" or "critical");
        Assert.Equal(360, await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));

        await fixture.Server.Stripe.SendAsync("payment_intent.succeeded", await ChargeAsync(account));
        await visitor.GoAsync("/billing");

        await Assertions.Expect(page.Locator(".af-balance")).ToContainTextAsync("$21.00");
        await visitor.ClickAsync("Switch off");
        await Assertions.Expect(page.GetByText("Off", new() { Exact = true })).ToBeVisibleAsync();
    }

    /// <summary>The payment that the server's clock asks for.</summary>
    private async Task<JsonObject> ChargeAsync(string account)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(120));
        while (true)
        {
            if (fixture.Server.Stripe.Made("payment_intent", "account_id", account) is [var charge])
                return charge;
            await Task.Delay(50, limit.Token);
        }
    }
}
