using System.Net;
using System.Net.Http.Headers;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Studio.Descriptors;

/// <summary>What every page of Studio asks for at its start: contract 4.1. A failure here ends the page.</summary>
public sealed class DescriptorEndpointTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/features/installed", 1)]
    [InlineData("/descriptors/activities?Refresh=True", 20)]
    [InlineData("/descriptors/expression-descriptors", 5)]
    [InlineData("/descriptors/workflow-activation-strategies", 1)]
    [InlineData("/descriptors/incident-strategies", 2)]
    [InlineData("/descriptors/log-persistence-strategies", 0)]
    [InlineData("/descriptors/commit-strategies/workflows", 0)]
    [InlineData("/descriptors/commit-strategies/activities", 0)]
    [InlineData("/descriptors/storage-drivers", 1)]
    [InlineData("/descriptors/variables", 5)]
    [InlineData("/descriptors/output-converters?sourceType=String&destinationType=Int32", 0)]
    public async Task Lists_OfEveryKind_AreThereWithoutNulls(string path, int least)
    {
        using var account = await ApiClient.RegisterAsync(server.Address);

        var list = (await account.GetAsync("/elsa/api" + path)).Expect(HttpStatusCode.OK);

        Assert.InRange(list["items"]!.AsArray().Count, least, int.MaxValue);
        Assert.Equal(list["items"]!.AsArray().Count, list["count"]!.GetValue<int>());
        Assert.DoesNotContain(":null", list.ToJsonString(), StringComparison.Ordinal);
    }

    // Other features show buttons that lead nowhere.
    [Fact]
    public async Task Features_AreLiveUpdatesOnly()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);

        var features = (await account.GetAsync("/elsa/api/features/installed")).Expect(HttpStatusCode.OK);

        Assert.Equal("Elsa.RealTimeWorkflowUpdates", Assert.Single(features["items"]!.AsArray())!["fullName"]!.GetValue<string>());
    }

    // Trap 7: it is fetched again after every save.
    [Fact]
    public async Task Toolbox_FetchedAgain_IsNotSentAgain()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        using var first = await account.Http.GetAsync("/elsa/api/descriptors/activities?Refresh=True", Cancelled);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/elsa/api/descriptors/activities?Refresh=True");
        request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(first.Headers.ETag!.Tag));

        using var second = await account.Http.SendAsync(request, Cancelled);

        Assert.Equal("private, no-cache", first.Headers.CacheControl!.ToString().Replace("no-cache, private", "private, no-cache", StringComparison.Ordinal));
        Assert.Equal((HttpStatusCode.NotModified, 0), (second.StatusCode, (await second.Content.ReadAsByteArrayAsync(Cancelled)).Length));
    }

    [Fact]
    public async Task TypeDefinitions_AreEmptyText()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);

        var answer = await account.PostAsync("/elsa/api/scripting/javascript/type-definitions/any", new System.Text.Json.Nodes.JsonObject());

        Assert.Equal((HttpStatusCode.OK, null), (answer.Status, answer.Body));
    }
}
