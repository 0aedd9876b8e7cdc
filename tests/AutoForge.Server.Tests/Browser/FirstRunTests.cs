using Microsoft.Playwright;

namespace AutoForge.Server.Tests.Browser;

/// <summary>The main journey of somebody who has never seen code: from sign-up to the first charged run.</summary>
[Collection(BrowserJourneys.Name)]
public sealed class FirstRunTests(BrowserFixture fixture, ITestOutputHelper output)
{
    private const int MostClicks = 25;

    [Fact]
    public async Task SignUp_DrawPublishAndSend_IsChargedOnce()
    {
        await using var visitor = await fixture.NewVisitorAsync();
        var page = visitor.Page;
        fixture.Target.Next(200, """{"shelf": "B7"}""", "application/json");

        await visitor.SignUpAsync();
        // A mail server is a fact about the person, not about the workflow: it is there before.
        await visitor.FetchAsync("POST", "/api/v1/connections", new
        {
            name = "shop mail",
            type = "smtp",
            settings = new { host = "localhost", port = fixture.Mail.Port, security = "none", from = "shop@example.com" },
            secrets = new { },
        });
        await visitor.ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "New workflow" }));
        await page.GetByLabel("Name").FillAsync("Order desk");
        await visitor.ClickAsync("Draw it in the designer");
        var designer = await new Designer(visitor).ReadyAsync();

        await designer.DropAsync("Triggers", "Webhook", 270, 300);
        await designer.DropAsync("Actions", "HTTP request", 520, 300);
        await designer.DropAsync("Actions", "Send e-mail", 770, 300);
        await designer.ConnectAsync("Webhook1", "Done", "HttpRequest1");
        await designer.ConnectAsync("HttpRequest1", "Done", "SendEmail1");
        await designer.SelectAsync("HttpRequest1");
        await designer.FillAsync("URL", fixture.Target.Url("/stock/{{ trigger.body.article }}"));
        await designer.SelectAsync("SendEmail1");
        await designer.ChooseAsync("Mail server", "shop mail");
        await designer.FillAsync("To", "{{ trigger.body.email }}");
        await designer.FillAsync("Subject", "Order of {{ trigger.body.name }}");
        await designer.FillAsync("Text", "Shelf {{ steps.HttpRequest1.body.shelf }}");
        await designer.SavedAsync();
        await designer.PublishAsync();
        await Assertions.Expect(page.Locator(".wf-state")).ToContainTextAsync("On · version 1");

        await visitor.ClickAsync("Address, tests and runs");
        await page.GetByLabel("Test event (JSON)").FillAsync("""{"article": 7, "name": "Ada", "email": "ada@example.com"}""");
        await visitor.ClickAsync("Send a test event");
        await Assertions.Expect(page.Locator("form .wf-answer:not(:empty)")).ToContainTextAsync("Started.");
        await visitor.ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "Watch the run" }));
        await Assertions.Expect(page.Locator(".af-money")).ToContainTextAsync("Charged $0.05");
        var (clicks, time) = (visitor.Clicks, visitor.Elapsed);

        output.WriteLine($"From sign-up to the first charged run: {clicks} clicks and drags, {time.TotalSeconds:0} s.");
        await Assertions.Expect(page.Locator("elsa-activity-wrapper")).ToHaveCountAsync(3);
        Assert.Contains(fixture.Target.Requests, request => request.Path == "/stock/7");
        var mail = Assert.Single(await fixture.Mail.ReadAsync(), m => m.ToString().Contains("Order of Ada", StringComparison.Ordinal));
        Assert.Contains("Shelf B7", mail.ToString(), StringComparison.Ordinal);
        Assert.Equal(95, (await visitor.FetchAsync("GET", "/api/credits/balance")).GetProperty("availableCents").GetInt32());
        Assert.InRange(clicks, 1, MostClicks);
        visitor.AssertNoTrouble();
    }
}
