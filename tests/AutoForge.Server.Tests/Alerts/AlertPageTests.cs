using System.Net;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Alerts;

/// <summary>The form that says where alerts go.</summary>
public sealed class AlertPageTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Form_MailTickedOrNot_IsKept()
    {
        using var owner = await ApiClient.RegisterAsync(server.Address);
        using var browser = await PageClient.SignInAsync(owner);

        // A box that is not ticked is not sent, and without a bot there are no other fields.
        using var off = await browser.SubmitAsync("/settings/alerts", "/settings/alerts");
        Assert.Equal((HttpStatusCode.Found, "/settings/alerts?saved=true"), (off.StatusCode, off.Headers.Location?.OriginalString));
        Assert.False(await IsMailedAsync(owner));

        using var on = await browser.SubmitAsync("/settings/alerts", "/settings/alerts", ("email", "on"));
        Assert.Equal(HttpStatusCode.Found, on.StatusCode);
        Assert.True(await IsMailedAsync(owner));
    }

    private static async Task<bool> IsMailedAsync(ApiClient owner) =>
        (await owner.GetAsync("/api/user/alerts")).Expect(HttpStatusCode.OK)["email"]!.GetValue<bool>();
}
