using System.Net;
using AutoForge.Testing.Running;

namespace AutoForge.Server.Tests.Studio.Definitions;

/// <summary>Lists of workflows and versions: contract 4.2.</summary>
public sealed class ListTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task List_ByPageOrderAndSearch_ShowsThatPartAndCountsAll()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        foreach (var name in new[] { "Beta", "alpha", "Gamma 50%", "Delta" })
            await designer.CreateAsync(name);

        Assert.Equal(["alpha", "Beta"], Names(await designer.ListAsync("versionOptions=Latest&Page=0&PageSize=2&OrderBy=Name&OrderDirection=Ascending")));
        Assert.Equal(["Delta", "Gamma 50%"], Names(await designer.ListAsync("versionOptions=Latest&Page=1&PageSize=2&OrderBy=Name&OrderDirection=Ascending")));
        Assert.Equal(["Delta", "Gamma 50%", "alpha", "Beta"], Names(await designer.ListAsync("versionOptions=Latest&OrderBy=Created&OrderDirection=Descending")));
        Assert.Equal(["Gamma 50%"], Names(await designer.ListAsync("versionOptions=Latest&SearchTerm=50%25")));
        Assert.Equal(["alpha"], Names(await designer.ListAsync("versionOptions=Latest&SearchTerm=ALPH&IsSystem=False")));
        Assert.Equal(4, (await designer.ListAsync("versionOptions=Latest&Page=1&PageSize=1"))["totalCount"]!.GetValue<int>());
        Assert.Equal(4, (await designer.ListAsync("versionOptions=Latest&Page=9&PageSize=1"))["totalCount"]!.GetValue<int>());
        Assert.Empty(Names(await designer.ListAsync("versionOptions=Latest&IsSystem=True")));
    }

    // Contract 4.2: without these links Studio is for reading only.
    [Fact]
    public async Task List_WithLinks_MayBeChangedUnlessThePageWishesOtherwise()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var created = await designer.CreateAsync();

        var list = await designer.ListAsync("versionOptions=Latest");
        account.Http.DefaultRequestHeaders.Add("AutoForge-Read-Only", "true");
        var readOnly = await designer.ListAsync("versionOptions=Latest");

        Assert.Contains("bulk-publish", list["links"]!.AsArray().Select(link => link!["rel"]!.GetValue<string>()));
        Assert.Contains("publish", list["items"]![0]!["links"]!.AsArray().Select(link => link!["rel"]!.GetValue<string>()));
        Assert.Empty(readOnly["links"]!.AsArray());
        Assert.Empty(readOnly["items"]![0]!["links"]!.AsArray());
        Assert.Empty((await designer.OpenAsync(Designer.IdOf(created)))["links"]!.AsArray());
    }

    [Fact]
    public async Task List_ByVersions_ShowsThoseThatAreMeant()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        var draft = await designer.CreateAsync("Draft");
        var published = await designer.SavedAsync(await designer.ImportedAsync(Draw.Chain("Both", Draw.Webhook())), publish: true);
        published["name"] = "Both, changed";
        var changed = await designer.SavedAsync(published);

        Assert.Equal(["Both, changed 2", "Draft 1"], await VersionsAsync("Latest"));
        Assert.Equal(["Both 1"], await VersionsAsync("Published"));
        Assert.Equal(["Both, changed 2", "Draft 1"], await VersionsAsync("Draft"));
        Assert.Equal(["Both 1", "Both, changed 2", "Draft 1"], await VersionsAsync("LatestAndPublished"));
        Assert.Equal(["Both 1"], await VersionsAsync($"Published&DefinitionIds={Designer.IdOf(changed)}&DefinitionIds={Designer.IdOf(draft)}"));
        Assert.Equal(["Both, changed 2"], await VersionsAsync($"AllVersions&Ids={Designer.VersionIdOf(changed)}"));
        Assert.Equal(["Both, changed 2", "Both 1"], Names(
            await designer.ListAsync($"versionOptions=AllVersions&DefinitionIds={Designer.IdOf(changed)}&Page=0&PageSize=10&OrderBy=Version&OrderDirection=Descending"), withVersion: true));

        async Task<string[]> VersionsAsync(string options) =>
            [.. Names(await designer.ListAsync($"versionOptions={options}"), withVersion: true).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task Names_AreUniqueUnlessTaken()
    {
        using var account = await ApiClient.RegisterAsync(server.Address);
        using var other = await ApiClient.RegisterAsync(server.Address);
        var designer = new Designer(account);
        await new Designer(other).CreateAsync("Taken by somebody else");
        var mine = await designer.CreateAsync("Workflow 1");

        Assert.False(await IsUniqueAsync("workflow%201"));
        Assert.True(await IsUniqueAsync($"Workflow%201&definitionId={Designer.IdOf(mine)}"));
        Assert.True(await IsUniqueAsync("Workflow%202"));
        Assert.True(await IsUniqueAsync("Taken%20by%20somebody%20else"));

        async Task<bool> IsUniqueAsync(string query) =>
            (await designer.GetAsync($"/workflow-definitions/validation/is-name-unique?name={query}")).Expect(HttpStatusCode.OK)["isUnique"]!.GetValue<bool>();
    }

    private static string[] Names(System.Text.Json.Nodes.JsonNode list, bool withVersion = false) =>
        [.. list["items"]!.AsArray().Select(item => item!["name"]!.GetValue<string>() + (withVersion ? $" {item["version"]}" : ""))];
}
