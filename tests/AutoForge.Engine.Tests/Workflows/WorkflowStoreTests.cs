using System.Text.Json.Nodes;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Engine.Workflows;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AutoForge.Engine.Tests.Workflows;

/// <summary>Documents and versions on PostgreSQL (reliability 20).</summary>
public sealed class WorkflowStoreTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    /// <summary>What the server decides; everything else is the user's and stays as it came.</summary>
    private static readonly string[] Stamped = ["$schema", "id", "definitionId", "version", "isLatest", "isPublished"];

    private TestEngine _node = null!;
    private Guid _account;

    private static CancellationToken Token => TestContext.Current.CancellationToken;
    private WorkflowStore Store => _node.Get<WorkflowStore>();
    private WorkflowPublisher Publisher => _node.Get<WorkflowPublisher>();

    public async ValueTask InitializeAsync()
    {
        _node = await TestEngine.CreateAsync(database.ConnectionString, replace: services => services.AddSingleton<IJobHandler>(new HeldJobs()));
        _account = await _node.OpenAccountAsync();
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Document_WithPropertiesNobodyKnows_ComesBackAsItWasThroughEveryStep()
    {
        var sent = Document();
        var created = await Store.CreateAsync(_account, (JsonObject)sent.DeepClone(), Token);
        AssertSame(sent, created);
        AssertSame(sent, (await Store.GetAsync(_account, created.DefinitionId, Token))!);

        // What a designer sends back: the answer, with an edit.
        var edited = (JsonObject)created.Document.DeepClone();
        edited["description"] = "edited";
        sent["description"] = "edited";
        AssertSame(sent, (await Store.SaveDraftAsync(_account, created.DefinitionId, edited, Token))!);

        await Publisher.PublishAsync(_account, created.DefinitionId, Token);
        AssertSame(sent, (await Store.GetAsync(_account, created.DefinitionId, Token))!);
        AssertSame(sent, Assert.Single(await Store.ListAsync(_account, null, 10, Token), w => w.DefinitionId == created.DefinitionId));
    }

    [Fact]
    public async Task Save_DraftThenPublishThenSave_ChangesInPlaceThenBeginsAVersion()
    {
        var created = await Store.CreateAsync(_account, Named("one"), Token);
        Assert.Equal((1, false, null), (created.Version, created.IsPublished, created.PublishedVersion));

        var draft = (await Store.SaveDraftAsync(_account, created.DefinitionId, Named("two"), Token))!;
        Assert.Equal((1, created.Id, "two"), (draft.Version, draft.Id, draft.Name));

        await Publisher.PublishAsync(_account, created.DefinitionId, Token);
        var next = (await Store.SaveDraftAsync(_account, created.DefinitionId, Named("three"), Token))!;
        Assert.Equal((2, "three", false, 1), (next.Version, next.Name, next.IsPublished, next.PublishedVersion));
        Assert.NotEqual(created.Id, next.Id);
        Assert.Equal("two", (await Store.GetAsync(_account, created.DefinitionId, Token, version: 1))!.Name);

        await Publisher.RetractAsync(_account, created.DefinitionId, Token);
        Assert.Null((await Store.GetAsync(_account, created.DefinitionId, Token))!.PublishedVersion);
        await Publisher.PublishAsync(_account, created.DefinitionId, Token);
        await Publisher.RetractAsync(_account, created.DefinitionId, Token);
        // It was published once: it never changes again, although it is off.
        Assert.Equal(3, (await Store.SaveDraftAsync(_account, created.DefinitionId, Named("four"), Token))!.Version);
        Assert.Equal("three", (await Store.GetAsync(_account, created.DefinitionId, Token, version: 2))!.Name);
    }

    [Fact]
    public async Task Save_ManyAtOnceWithPublishes_NoVersionIsLostOrChangedAfterwards()
    {
        var created = await Store.CreateAsync(_account, Named("0"), Token);

        var saved = await Task.WhenAll(Enumerable.Range(1, 60).Select(async i =>
        {
            if (i % 3 != 0)
                return (await Store.SaveDraftAsync(_account, created.DefinitionId, Named($"{i}"), Token))!;
            Assert.NotNull(await Publisher.PublishAsync(_account, created.DefinitionId, Token));
            return null;
        }));

        // Every save was the draft when it was answered.
        Assert.All(saved.Index().Where(s => s.Item is not null), s => Assert.Equal($"{s.Index + 1}", s.Item!.Name));
        var latest = (await Store.GetAsync(_account, created.DefinitionId, Token))!;
        Assert.Equal(latest.Version, await database.DataSource.ScalarAsync<long>("SELECT COUNT(*) FROM workflow_versions WHERE workflow_id = @w", ("w", created.DefinitionId)));
        Assert.Equal(0, await database.DataSource.ScalarAsync<long>(
            "SELECT COUNT(*) FROM workflow_versions WHERE workflow_id = @w AND published_at IS NULL AND version < @v", ("w", created.DefinitionId), ("v", latest.Version)));
    }

    [Fact]
    public async Task Save_WhilePublishIsCommitting_BeginsTheNextVersion()
    {
        var created = await Store.CreateAsync(_account, Named("published"), Token);

        var saving = await WhileAnotherCommitsAsync(
            "UPDATE workflow_versions SET published_at = now() WHERE workflow_id = @w; UPDATE workflows SET published_version = 1 WHERE id = @w",
            created.DefinitionId, () => Store.SaveDraftAsync(_account, created.DefinitionId, Named("saved"), Token));

        Assert.Equal((2, "saved"), (saving!.Version, saving.Name));
        Assert.Equal("published", (await Store.GetAsync(_account, created.DefinitionId, Token, version: 1))!.Name);
    }

    [Fact]
    public async Task Publish_WhileANewVersionIsCommitting_PublishesThat()
    {
        var created = await Store.CreateAsync(_account, Named("one"), Token);
        await Publisher.PublishAsync(_account, created.DefinitionId, Token);

        var publication = await WhileAnotherCommitsAsync(
            """
            INSERT INTO workflow_versions (account_id, workflow_id, version, id, document, price_cents)
            SELECT account_id, workflow_id, 2, id || '2', document, price_cents FROM workflow_versions WHERE workflow_id = @w;
            UPDATE workflows SET latest_version = 2 WHERE id = @w
            """,
            created.DefinitionId, () => Publisher.PublishAsync(_account, created.DefinitionId, Token));

        Assert.Equal(2, publication?.Version);
    }

    [Fact]
    public async Task Run_AcceptedBeforeAPublish_KeepsItsVersionAndPrice()
    {
        await using var worker = await TestEngine.CreateAsync(database.ConnectionString);
        var workflow = await _node.DrawAsync(_account, Hosting.Steps.Name("name", "version one"));
        var before = await _node.AcceptAsync(_account, workflow);
        await Store.SaveDraftAsync(_account, workflow, Draw.Chain("Chain", Draw.Trigger("start", "AutoForge.Manual"), Hosting.Steps.Name("name", "version two")), Token);
        await Publisher.PublishAsync(_account, workflow, Token);
        var after = await _node.AcceptAsync(_account, workflow);
        await Store.DeleteAsync(_account, workflow, Token);

        await _node.ExpireLeasesAsync(_account);
        await worker.StartAsync();

        Assert.Equal((1, "version one"), await EndAsync(before));
        Assert.Equal((2, "version two"), await EndAsync(after));

        async Task<(int, string?)> EndAsync(Guid run)
        {
            var end = await worker.EndOfAsync(_account, run);
            return (end.Version, end.Name);
        }
    }

    [Fact]
    public async Task Delete_ThenCreateWithTheSameId_GoesOnWithTheNextVersionAndKeepsTheAddress()
    {
        var document = Draw.Chain("Hook", Draw.Webhook());
        document["definitionId"] = "shop:orders.v1";
        var first = await _node.PublishAsync(_account, (JsonObject)document.DeepClone());
        Assert.Equal("workflow_exists", (await Assert.ThrowsAsync<AutoForgeException>(
            () => Store.CreateAsync(_account, (JsonObject)document.DeepClone(), Token))).Code);

        Assert.True(await Store.DeleteAsync(_account, first.DefinitionId, Token));
        Assert.False(await Store.DeleteAsync(_account, first.DefinitionId, Token));
        Assert.Null(await Store.GetAsync(_account, first.DefinitionId, Token));
        Assert.Null(await Publisher.PublishAsync(_account, first.DefinitionId, Token));
        Assert.Null(await Store.SaveDraftAsync(_account, first.DefinitionId, Named("x"), Token));
        Assert.False(await Publisher.RetractAsync(_account, first.DefinitionId, Token));

        var second = await _node.PublishAsync(_account, (JsonObject)document.DeepClone());
        Assert.Equal(2, second.Version);
        Assert.Equal(Assert.Single(first.Triggers).Token, Assert.Single(second.Triggers).Token);
    }

    [Fact]
    public async Task EveryCall_OfAStranger_IsAsIfThereWereNothing()
    {
        var own = await Store.CreateAsync(_account, Named("mine"), Token);
        var stranger = await _node.OpenAccountAsync();

        Assert.Null(await Store.GetAsync(stranger, own.DefinitionId, Token));
        Assert.Null(await Store.SaveDraftAsync(stranger, own.DefinitionId, Named("theirs"), Token));
        Assert.Null(await Publisher.PublishAsync(stranger, own.DefinitionId, Token));
        Assert.False(await Publisher.RetractAsync(stranger, own.DefinitionId, Token));
        Assert.False(await Store.DeleteAsync(stranger, own.DefinitionId, Token));
        Assert.Empty(await Store.ListAsync(stranger, null, 10, Token));
        // Ids are the account's own: the same one may exist twice.
        var twin = Named("theirs");
        twin["definitionId"] = own.DefinitionId;
        Assert.Equal("theirs", (await Store.CreateAsync(stranger, twin, Token)).Name);
        Assert.Equal("mine", (await Store.GetAsync(_account, own.DefinitionId, Token))!.Name);
    }

    /// <summary>Lets a call begin while another transaction holds the workflow, and commits that one.</summary>
    private async Task<T> WhileAnotherCommitsAsync<T>(string sql, string workflow, Func<Task<T>> call)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue("w", workflow);
        await command.ExecuteNonQueryAsync(Token);
        var calling = call();
        await database.DataSource.UntilBlockedAsync(1);
        await transaction.CommitAsync(Token);
        return await calling;
    }

    private static JsonObject Named(string name) => Draw.Chain(name, Draw.Trigger("start", "AutoForge.Manual"), Hosting.Steps.Name("name", name));

    /// <summary>Properties of other servers and designers, at every level, with numbers and texts that are easily bent.</summary>
    private static JsonObject Document()
    {
        var step = Hosting.Steps.Name("name", "x");
        step["metadata"] = JsonNode.Parse("""{"designer": {"position": {"x": -12.50, "y": 1e2}, "size": {"width": 0}}, "note": "ü \u0000 \ud83d\ude00 </script>"}""");
        step["customProperties"] = JsonNode.Parse("""{"unheardOf": [1, 1.0, 12345678901234567890, true, null]}""");
        var document = Draw.Chain("Round trip", Draw.Trigger("start", "AutoForge.Manual"), step);
        document["tenantId"] = "t";
        document["options"] = JsonNode.Parse("""{"incidentStrategyType": null, "usableAsActivity": false, "later": {}}""");
        document["unknownAtTheTop"] = JsonNode.Parse("""{"z": 1, "a": {"b": []}}""");
        document["root"]!["unknownInTheRoot"] = "kept";
        return document;
    }

    private static void AssertSame(JsonObject sent, WorkflowView view)
    {
        var (left, right) = ((JsonObject)sent.DeepClone(), (JsonObject)view.Document.DeepClone());
        foreach (var name in Stamped)
        {
            left.Remove(name);
            right.Remove(name);
        }
        Assert.Equal(left.ToJsonString(), right.ToJsonString());
    }
}
