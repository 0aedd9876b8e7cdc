using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using Microsoft.AspNetCore.Http;

namespace AutoForge.Server.Tests.EndToEnd;

/// <summary>The samples do what they say, as programs of their own.</summary>
public sealed class SampleTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task OrderDesk_CrmTakesTheOrder_IsChargedOnce()
    {
        using var account = await fixture.Server.RegisterAsync();

        var (exitCode, output) = await OrderDeskAsync(account, "/orders");

        Assert.True(exitCode == 0, output);
        Assert.Contains("A successful run costs 5 cents", output, StringComparison.Ordinal);
        Assert.Contains("crm: Completed, left by Done", output, StringComparison.Ordinal);
        Assert.DoesNotContain("substitute:", output, StringComparison.Ordinal);
        Assert.Contains("The run Succeeded: 5 cents charged.", output, StringComparison.Ordinal);
        Assert.Contains("95 cents are left.", output, StringComparison.Ordinal);
        AssertOrder("/orders");
    }

    [Fact]
    public async Task OrderDesk_CrmFails_TheSubstituteTakesTheOrder()
    {
        using var account = await fixture.Server.RegisterAsync();
        fixture.Target.On("/broken", context =>
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        });

        var (exitCode, output) = await OrderDeskAsync(account, "/broken");

        Assert.True(exitCode == 0, output);
        Assert.Contains("crm: Failed, left by Failed", output, StringComparison.Ordinal);
        Assert.Contains("substitute: Completed, left by Done", output, StringComparison.Ordinal);
        Assert.Contains("note: Completed", output, StringComparison.Ordinal);
        AssertOrder("/broken/substitute");
    }

    [Fact]
    public async Task OrderDesk_WithoutArguments_SaysWhatItNeeds()
    {
        var (exitCode, output) = await SampleProcess.RunAsync("OrderDesk");

        Assert.Equal(2, exitCode);
        Assert.Contains("<API key>", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmbeddedEngine_EmptyDirectory_RunsItsOwnActivityAndChargesIt()
    {
        using var directory = new TestDirectory();

        var (exitCode, output) = await SampleProcess.RunAsync("EmbeddedEngine", Path.Combine(directory.Path, "data"));

        Assert.True(exitCode == 0, output);
        Assert.Contains("""greet: Completed {"greeting":"Hello, Ada!"}""", output, StringComparison.Ordinal);
        Assert.Contains("The run Succeeded: 5 cents charged.", output, StringComparison.Ordinal);
        Assert.Equal(["consume", "hold", "grant"], LedgerTypes(output));
    }

    private async Task<(int ExitCode, string Output)> OrderDeskAsync(ApiClient account, string crm)
    {
        var key = (await account.PostAsync("/api/user/api-keys", new JsonObject { ["name"] = "order desk" })).Expect(HttpStatusCode.Created);
        return await SampleProcess.RunAsync(
            "OrderDesk", fixture.Server.Address.ToString(), key["key"]!.GetValue<string>(), fixture.Target.Url(crm));
    }

    private void AssertOrder(string path)
    {
        var order = JsonNode.Parse(Assert.Single(fixture.Target.Requests, request => request.Path == path).Body)!;
        Assert.Equal((4711, "Grace"), (order["number"]!.GetValue<int>(), order["customer"]!.GetValue<string>()));
    }

    private static IEnumerable<string> LedgerTypes(string output) => output.Split('\n')
        .SkipWhile(line => !line.StartsWith("The run", StringComparison.Ordinal)).Skip(1)
        .Select(line => line.Trim().Split(' ')[0]).Where(word => word.Length > 0);
}
