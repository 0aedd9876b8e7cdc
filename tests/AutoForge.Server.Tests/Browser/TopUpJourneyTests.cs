using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;
using Microsoft.Playwright;

namespace AutoForge.Server.Tests.Browser;

/// <summary>The way of the money: from the top-up button over the payment provider's page to the receipt of a run.</summary>
[Collection(BrowserJourneys.Name)]
public sealed class TopUpJourneyTests(BrowserFixture fixture)
{
    [Fact]
    public async Task TopUp_PayRunAndReceipt()
    {
        await using var visitor = await fixture.NewVisitorAsync();
        var page = visitor.Page;
        await visitor.SignUpAsync();

        await visitor.GoAsync("/billing");
        await visitor.ClickAsync("$10.00");
        await page.ArriveAsync("/pay/");
        await visitor.ClickAsync("Pay");
        await Assertions.Expect(page.GetByText("Payment received: $10.00")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".af-balance")).ToContainTextAsync("$11.00");

        var workflow = Draw.Chain("Paid", Draw.Trigger("start", "AutoForge.Manual"), Draw.Activity("note", "Elsa.WriteLine", ("text", Draw.Literal("hello"))));
        var id = (await visitor.FetchAsync("POST", "/api/v1/workflows", workflow)).GetProperty("definitionId").GetString();
        var run = (await visitor.FetchAsync("POST", $"/api/v1/workflows/{id}/run", new { latest = true })).GetProperty("runId").GetString();
        await visitor.GoAsync($"/runs/{run}");
        await visitor.ClickAsync(page.Locator(".af-money").GetByRole(AriaRole.Link, new() { Name = "Receipt" }));
        await Assertions.Expect(page.GetByRole(AriaRole.Row, new() { Name = "Charged" }).First).ToContainTextAsync("$0.05");
        await visitor.GoAsync("/billing/ledger");
        await Assertions.Expect(page.Locator("tbody tr").First).ToContainTextAsync("$10.95");
    }

    [Fact]
    public async Task Payment_ToldWhileThePageIsOpen_AppearsByItself()
    {
        await using var visitor = await fixture.NewVisitorAsync(360, 800, ColorScheme.Dark);
        await visitor.SignUpAsync();
        var account = (await visitor.FetchAsync("GET", "/api/auth/me")).GetProperty("accountId").GetGuid();
        var session = StripeEvents.PaidSession(account, 2500);

        await visitor.GoAsync($"/billing?paid={session["id"]}");
        await Assertions.Expect(visitor.Page.GetByText("Waiting for the payment")).ToBeVisibleAsync();
        await fixture.Server.Stripe.SendAsync("checkout.session.completed", session);

        await Assertions.Expect(visitor.Page.GetByText("Payment received: $25.00")).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Page.Locator(".af-balance")).ToContainTextAsync("$26.00");
        visitor.AssertNoTrouble();
    }
}
