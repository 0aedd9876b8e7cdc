using AutoForge.Engine.Jobs;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Engine.Triggers;
using AutoForge.Engine.Workflows;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Engine.Tests.Workflows;

/// <summary>Publishing against acceptance and against itself (reliability 11, 20).</summary>
public sealed class WorkflowPublisherTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_WhileRunsAreAccepted_EachRunHasOneVersionAndItsPrice()
    {
        await using var node = await NodeAsync(database.ConnectionString);
        var account = await node.OpenAccountAsync(100_000);
        var publication = await node.PublishAsync(account, Version(0));
        var trigger = await database.DataSource.ScalarAsync<Guid>("SELECT id FROM triggers WHERE workflow_id = @w", ("w", publication.DefinitionId));
        // Every call believes in the first version.
        var call = new AcceptRequest
        {
            AccountId = account,
            WorkflowId = publication.DefinitionId,
            WorkflowName = "Hook",
            TriggerId = trigger,
            TriggerType = TriggerTypes.Webhook,
            Version = publication.Version,
            PriceCents = publication.PriceCents,
            Payload = "{}"u8.ToArray(),
        };
        var publishing = PublishManyAsync();

        var accepted = 0;
        while (!publishing.IsCompleted)
            accepted += (await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => node.Get<RunAcceptance>().AcceptAsync(call, Token)))).Count(a => a.Outcome == AcceptOutcome.Accepted);
        await publishing;

        Assert.Equal(accepted, await database.DataSource.ScalarAsync<long>(
            """
            SELECT COUNT(*)
            FROM runs AS r
            JOIN workflow_versions AS v ON v.account_id = r.account_id AND v.workflow_id = r.workflow_id AND v.version = r.version
            JOIN ledger_entries AS e ON e.account_id = r.account_id AND e.run_id = r.id
            WHERE r.account_id = @a AND v.published_at IS NOT NULL AND r.price_cents = v.price_cents AND e.amount_cents = v.price_cents
            """, ("a", account)));
        Assert.True(await database.DataSource.ScalarAsync<long>("SELECT COUNT(DISTINCT version) FROM runs WHERE account_id = @a", ("a", account)) > 1);
        Assert.Empty(await node.ViolationsAsync());

        async Task PublishManyAsync()
        {
            for (var i = 1; i <= 15; i++)
            {
                await node.Get<WorkflowStore>().SaveDraftAsync(account, publication.DefinitionId, Version(i), Token);
                await node.Get<WorkflowPublisher>().PublishAsync(account, publication.DefinitionId, Token);
            }
        }
    }

    [Fact]
    public async Task Publish_MoreAtOnceThanConnections_NeedsOneEach()
    {
        await using var node = await NodeAsync(database.ConnectionString + ";Maximum Pool Size=3;Timeout=30");
        var account = await node.OpenAccountAsync();
        var workflows = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => node.Get<WorkflowStore>().CreateAsync(account, Version(0), Token)));

        var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        var publications = await Task.WhenAll(workflows.Select(w => node.Get<WorkflowPublisher>().PublishAsync(account, w.DefinitionId, limit.Token)));

        Assert.All(publications, p => Assert.NotNull(p));
    }

    [Fact]
    public async Task Publish_IdThatTheJournalCannotHold_IsRefused()
    {
        await using var node = await NodeAsync(database.ConnectionString);
        var account = await node.OpenAccountAsync();

        var refused = await Assert.ThrowsAsync<WorkflowInvalidException>(() =>
            node.PublishAsync(account, Draw.Chain("Bad", Draw.Trigger("start", "AutoForge.Manual"), Hosting.Steps.Name("a\0b", "x"))));

        Assert.Contains(refused.Problems, problem => problem is { ActivityId: "a\0b", Field: "id" });
    }

    [Fact]
    public async Task Start_SameKeyForWorkflowsWhoseIdsBeginAlike_IsARunOfEach()
    {
        await using var node = await NodeAsync(database.ConnectionString);
        var account = await node.OpenAccountAsync();
        var outer = Draw.Chain("Outer", Draw.Trigger("start", "AutoForge.Manual"));
        outer["definitionId"] = "a";
        var inner = Draw.Chain("Inner", Draw.Trigger("start", "AutoForge.Manual"));
        inner["definitionId"] = "a:b";
        await node.PublishAsync(account, outer);
        await node.PublishAsync(account, inner);

        var first = await node.AcceptAsync(account, "a", "b:c");
        var second = await node.AcceptAsync(account, "a:b", "c");

        Assert.NotEqual(first, second);
        Assert.Equal(first, await node.AcceptAsync(account, "a", "b:c"));
    }

    private static Task<TestEngine> NodeAsync(string connectionString) => TestEngine.CreateAsync(
        connectionString, replace: services => services.AddSingleton<IJobHandler>(new HeldJobs()));

    /// <summary>Six cents in odd versions, seven in even ones.</summary>
    private static System.Text.Json.Nodes.JsonObject Version(int number) => Draw.Chain("Hook",
        [Draw.Webhook(), .. Enumerable.Range(0, 6 + (number % 2)).Select(i => Hosting.Steps.Request($"r{i}", "GET", "https://example.com"))]);
}
