using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Api;

/// <summary>Every saved state of a draft over the API.</summary>
public sealed class RevisionTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Revisions_OfSaves_AreListedReadAndRestored()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var id = (await account.PostAsync("/api/v1/workflows", Draw.Chain("One", Draw.Webhook()))).Expect(HttpStatusCode.Created)["definitionId"]!.GetValue<string>();
        var path = $"/api/v1/workflows/{id}/revisions";
        await PutAsync(account, id, Draw.Chain("Two", Draw.Webhook(), Draw.Activity("say", "Elsa.WriteLine")));
        await PutAsync(account, id, Draw.Chain("Two", Draw.Webhook(), Draw.Activity("say", "Elsa.WriteLine")));

        var page = (await account.GetAsync($"{path}?limit=1")).Expect(HttpStatusCode.OK);
        var rest = (await account.GetAsync($"{path}?limit=1&cursor={page["nextCursor"]}")).Expect(HttpStatusCode.OK);
        var first = (await account.GetAsync($"{path}/1")).Expect(HttpStatusCode.OK);
        var restored = (await account.PostAsync($"{path}/1/restore")).Expect(HttpStatusCode.OK);

        // Saving what was saved already adds nothing.
        Assert.Equal((2, "Two", 1), (page["data"]![0]!["revision"]!.GetValue<int>(), page["data"]![0]!["name"]!.GetValue<string>(), page["data"]![0]!["version"]!.GetValue<int>()));
        Assert.Equal((1, "One", false), (rest["data"]![0]!["revision"]!.GetValue<int>(), rest["data"]![0]!["name"]!.GetValue<string>(), rest["hasMore"]!.GetValue<bool>()));
        Assert.Single(first["document"]!["root"]!["activities"]!.AsArray());
        Assert.Equal("One", restored["name"]!.GetValue<string>());
        Assert.Equal(3, (await account.GetAsync(path)).Expect(HttpStatusCode.OK)["data"]!.AsArray().Count);
        (await account.GetAsync($"{path}/4")).Expect(HttpStatusCode.NotFound);
        (await account.GetAsync($"/api/v1/workflows/{Ids.NewText()}/revisions")).Expect(HttpStatusCode.NotFound);
    }

    // A published version never changes; what is restored over it begins a new one.
    [Fact]
    public async Task Restore_AfterPublishing_BeginsANewVersion()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var publication = await account.PublishAsync(Draw.Chain("One", Draw.Webhook()));
        var id = publication["definitionId"]!.GetValue<string>();
        await PutAsync(account, id, Draw.Chain("Two", Draw.Webhook()));
        (await account.PostAsync($"/api/v1/workflows/{id}/publish")).Expect(HttpStatusCode.OK);

        var restored = (await account.PostAsync($"/api/v1/workflows/{id}/revisions/1/restore")).Expect(HttpStatusCode.OK);

        Assert.Equal((3, "One", 2), (restored["version"]!.GetValue<int>(), restored["name"]!.GetValue<string>(), restored["publishedVersion"]!.GetValue<int>()));
    }

    private static async Task PutAsync(ApiClient account, string id, JsonObject document) =>
        (await account.SendAsync(new HttpRequestMessage(HttpMethod.Put, $"/api/v1/workflows/{id}") { Content = JsonContent.Create(document) })).Expect(HttpStatusCode.OK);
}
