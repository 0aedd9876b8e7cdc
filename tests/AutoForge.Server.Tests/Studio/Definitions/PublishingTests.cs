using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Studio.Definitions;

/// <summary>Publishing and switching off: contract 4.2 and 3.9.</summary>
public sealed class PublishingTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Publish_UnfinishedDraft_NamesEveryStepAndKeepsTheDraft()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var canvas = await designer.ImportedAsync(Draw.Chain("Unfinished", Draw.Webhook()));
        var mail = Draw.Activity("mail", "AutoForge.SendEmail", ("to", Draw.Literal("a@example.com")), ("text", Draw.Literal("t")));
        var named = Draw.Activity("call", "AutoForge.HttpRequest");
        named["metadata"] = new JsonObject { ["displayText"] = "Ask the shop" };
        canvas["root"]!["activities"] = new JsonArray(Draw.Webhook(), mail, named);

        var refusal = await designer.SaveAsync(canvas, publish: true);

        Assert.Equal(["Ask the shop: URL is missing.", "Send e-mail: Choose a connection."], Designer.Refusals(refusal).Order());
        Assert.Equal(3, Designer.StepsOf(await designer.OpenAsync(Designer.IdOf(canvas))).Count);
        // Two of a kind are told apart by name.
        canvas["root"]!["activities"] = new JsonArray(Draw.Webhook(), mail.DeepClone(), Draw.Activity("second", "AutoForge.SendEmail", ("to", Draw.Literal("a@example.com")), ("text", Draw.Literal("t"))));
        Assert.Equal(["Send e-mail (mail): Choose a connection.", "Send e-mail (second): Choose a connection."], Designer.Refusals(await designer.SaveAsync(canvas, publish: true)).Order());
    }

    // Studio would go on with the old version's id, and every save after it would be refused.
    [Fact]
    public async Task Publish_UnfinishedChangeOfAPublishedVersion_BeginsNoVersion()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var canvas = await designer.SavedAsync(await designer.ImportedAsync(Draw.Chain("Orders", Draw.Webhook())), publish: true);
        canvas["root"]!["activities"]!.AsArray().Add(Draw.Activity("call", "AutoForge.HttpRequest"));

        Assert.Single(Designer.Refusals(await designer.SaveAsync(canvas, publish: true)));
        Assert.Equal(1, (await designer.OpenAsync(Designer.IdOf(canvas)))["version"]!.GetValue<int>());
        Designer.Step(canvas, "call")["url"] = Draw.Literal("https://example.com");
        var published = await designer.SavedAsync(canvas, publish: true);

        Assert.Equal((2, true), (published["version"]!.GetValue<int>(), published["isPublished"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task PublishAndRetract_FromTheList_SwitchOnAndOff()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var id = Designer.IdOf(await designer.ImportedAsync(Draw.Chain("Orders", Draw.Webhook())));

        var first = (await designer.PostAsync($"/workflow-definitions/{id}/publish")).Expect(HttpStatusCode.OK);
        var second = (await designer.PostAsync($"/workflow-definitions/{id}/publish")).Expect(HttpStatusCode.OK);
        var retracted = (await designer.PostAsync($"/workflow-definitions/{id}/retract")).Expect(HttpStatusCode.OK);

        Assert.Equal((false, true), (first["alreadyPublished"]!.GetValue<bool>(), second["alreadyPublished"]!.GetValue<bool>()));
        Assert.True(first["workflowDefinition"]!["isPublished"]!.GetValue<bool>());
        Assert.False(retracted["isPublished"]!.GetValue<bool>());
        Assert.NotNull(retracted["root"]!["nodeId"]);
        Assert.Null((await account.GetAsync($"/api/v1/workflows/{id}")).Expect(HttpStatusCode.OK)["publishedVersion"]);
    }

    [Fact]
    public async Task BulkActions_OverEveryKind_SayWhatBecameOfEach()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        using var other = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var fresh = Designer.IdOf(await designer.ImportedAsync(Draw.Chain("Fresh", Draw.Webhook())));
        var on = Designer.IdOf(await designer.SavedAsync(await designer.ImportedAsync(Draw.Chain("On", Draw.Webhook())), publish: true));
        var unfinished = Designer.IdOf(await designer.ImportedAsync(Draw.Chain("Unfinished", Draw.Activity("call", "AutoForge.HttpRequest"))));
        var foreign = Designer.IdOf(await new Designer(other).ImportedAsync(Draw.Chain("Foreign", Draw.Webhook())));
        var all = new JsonObject { ["definitionIds"] = new JsonArray(fresh, on, unfinished, foreign) };

        var published = (await designer.PostAsync("/bulk-actions/publish/workflow-definitions/by-definition-ids", all.DeepClone())).Expect(HttpStatusCode.OK);
        var retracted = (await designer.PostAsync("/bulk-actions/retract/workflow-definitions/by-definition-ids", all.DeepClone())).Expect(HttpStatusCode.OK);
        var deleted = (await designer.PostAsync("/bulk-actions/delete/workflow-definitions/by-definition-id", all.DeepClone())).Expect(HttpStatusCode.OK);

        Assert.Equal($$"""{"published":["{{fresh}}"],"alreadyPublished":["{{on}}"],"notFound":["{{foreign}}"],"updatedConsumers":[]}""", published.ToJsonString());
        Assert.Equal($$"""{"retracted":["{{fresh}}","{{on}}"],"alreadyRetracted":["{{unfinished}}"],"notFound":["{{foreign}}"]}""", retracted.ToJsonString());
        Assert.Equal("""{"deleted":3}""", deleted.ToJsonString());
        Assert.Equal(1, (await new Designer(other).ListAsync("versionOptions=Latest"))["totalCount"]!.GetValue<int>());
    }

    // The page around the canvas shows what the draft would change.
    [Fact]
    public async Task Prices_OfDraftAndPublishedVersion_AreBothTold()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var canvas = await designer.SavedAsync(await designer.ImportedAsync(Draw.Chain("Orders", Draw.Webhook())), publish: true);
        foreach (var id in Enumerable.Range(0, 4))
            canvas["root"]!["activities"]!.AsArray().Add(Draw.Activity($"mail{id}", "AutoForge.SendEmail"));

        var stored = await designer.StoredAsync(await designer.SavedAsync(canvas));

        Assert.Equal((8, 5), (stored["priceCents"]!.GetValue<int>(), stored["publishedPriceCents"]!.GetValue<int>()));
    }
}
