using System.Text.Json.Nodes;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Engine.Workflows;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AutoForge.Engine.Tests.Workflows;

public sealed class RevisionStoreTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private TestEngine _node = null!;
    private Guid _account;

    private static CancellationToken Token => TestContext.Current.CancellationToken;
    private WorkflowStore Store => _node.Get<WorkflowStore>();
    private RevisionStore Revisions => _node.Get<RevisionStore>();

    public async ValueTask InitializeAsync()
    {
        _node = await TestEngine.CreateAsync(database.ConnectionString, replace: services => services.AddSingleton<IJobHandler>(new HeldJobs()));
        _account = await _node.OpenAccountAsync();
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Record_MoreThanAreKept_DropsTheOldest()
    {
        var id = (await Store.CreateAsync(_account, Named(0), Token)).DefinitionId;
        for (var save = 1; save <= RevisionStore.Kept + 4; save++)
            await Store.SaveDraftAsync(_account, id, Named(save), Token);

        var kept = await Revisions.ListAsync(_account, id, before: null, limit: 1000, Token);

        Assert.Equal(RevisionStore.Kept, kept.Count);
        Assert.Equal((RevisionStore.Kept + 5, 6), (kept[0].Revision, kept[^1].Revision));
        Assert.Equal($"Save {RevisionStore.Kept + 4}", kept[0].Name);
    }

    [Fact]
    public async Task Record_WhatIsSavedAlready_AddsNothing()
    {
        var id = (await Store.CreateAsync(_account, Named(1), Token)).DefinitionId;

        await Store.SaveDraftAsync(_account, id, Named(1), Token);

        Assert.Single(await Revisions.ListAsync(_account, id, before: null, limit: 10, Token));
    }

    [Fact]
    public async Task Find_OfAnotherAccount_IsNothing()
    {
        var id = (await Store.CreateAsync(_account, Named(1), Token)).DefinitionId;
        var other = await _node.OpenAccountAsync();

        Assert.NotNull(await Revisions.FindAsync(_account, id, 1, Token));
        Assert.Null(await Revisions.FindAsync(other, id, 1, Token));
        Assert.Empty(await Revisions.ListAsync(other, id, before: null, limit: 10, Token));
    }

    [Fact]
    public async Task Row_OfARevision_NeverChanges()
    {
        await Store.CreateAsync(_account, Named(1), Token);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var command = source.CreateCommand("UPDATE workflow_revisions SET price_cents = 50");

        var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Token));

        Assert.Equal(PostgresErrorCodes.RestrictViolation, refusal.SqlState);
    }

    // Both saves are of the same draft: one after the other, none is lost.
    [Fact]
    public async Task SaveDraft_ManyAtOnce_KeepsEveryState()
    {
        var id = (await Store.CreateAsync(_account, Named(0), Token)).DefinitionId;

        await Task.WhenAll(Enumerable.Range(1, 8).Select(save => Store.SaveDraftAsync(_account, id, Named(save), Token)));

        var kept = await Revisions.ListAsync(_account, id, before: null, limit: 100, Token);
        Assert.Equal(Enumerable.Range(0, 9).Select(save => $"Save {save}").Order(), kept.Select(revision => revision.Name).Order());
    }

    [Fact]
    public async Task SaveDraft_RefusedByTheCaller_ChangesNothing()
    {
        var id = (await Store.CreateAsync(_account, Named(1), Token)).DefinitionId;

        await Assert.ThrowsAsync<AutoForgeException>(() => Store.SaveDraftAsync(_account, id, latest => throw new AutoForgeException("no", $"Not over {latest.Name}."), Token));

        Assert.Equal("Save 1", (await Store.GetAsync(_account, id, Token))!.Name);
        Assert.Single(await Revisions.ListAsync(_account, id, before: null, limit: 10, Token));
    }

    private static JsonObject Named(int save) => Draw.Chain($"Save {save}", Draw.Webhook());
}
