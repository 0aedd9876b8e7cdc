using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Activities.Flow;
using AutoForge.Activities.Triggers;
using AutoForge.Client;
using AutoForge.Expressions;
using AutoForge.Workflows;
using HttpRequest = AutoForge.Activities.Http.HttpRequest;

namespace AutoForge.Server.Tests.EndToEnd;

/// <summary>The Sdk's client against the real server: every call, and what the server says to it.</summary>
public sealed class ClientTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Workflow_FromDraftToDeletion_GoesThroughEveryState()
    {
        using var client = await NewClientAsync();

        var created = await client.Workflows.CreateAsync(Hello("Hello"), Cancelled);
        var published = await client.Workflows.PublishAsync(created.DefinitionId, Cancelled);
        created.Definition.Description = "Says hello.";
        var saved = await client.Workflows.SaveAsync(created.DefinitionId, created.Definition, Cancelled);
        var republished = await client.Workflows.PublishAsync(created.DefinitionId, Cancelled);
        var retracted = await client.Workflows.RetractAsync(created.DefinitionId, Cancelled);
        var listed = await client.Workflows.ListAsync(Cancelled).SingleAsync(Cancelled);
        await client.Workflows.DeleteAsync(created.DefinitionId, Cancelled);

        Assert.Equal((1, "Hello", false, null, 5), (created.Version, created.Name, created.IsPublished, created.PublishedVersion, created.PriceCents));
        Assert.Equal((1, 5, null), (published.Version, published.PriceCents, published.PreviousPriceCents));
        Assert.Equal(("manual", "start", null), (published.Triggers[0].Type, published.Triggers[0].ActivityId, published.Triggers[0].Url));
        Assert.Equal((2, "Says hello.", 1), (saved.Version, saved.Description, saved.PublishedVersion));
        Assert.Equal((2, 5), (republished.Version, republished.PreviousPriceCents));
        Assert.Equal((false, null), (retracted.IsPublished, retracted.PublishedVersion));
        Assert.Equal((created.DefinitionId, 2, "Says hello."), (listed.DefinitionId, listed.Version, listed.Description));
        await RefusedAsync(HttpStatusCode.NotFound, "not_found", () => client.Workflows.GetAsync(created.DefinitionId, Cancelled));
    }

    [Fact]
    public async Task Run_WithAKey_SucceedsOnceAndHasAReceipt()
    {
        using var client = await NewClientAsync();
        var definitionId = await PublishedAsync(client, Hello("Hello"));

        var started = await client.Workflows.RunAsync(definitionId, new JsonObject { ["name"] = "Ada" }, "key-1", "c-1", Cancelled);
        var again = await client.Workflows.RunAsync(definitionId, new JsonObject { ["name"] = "Bob" }, "key-1", cancellationToken: Cancelled);
        var run = await client.Runs.WaitForEndAsync(started.RunId, Cancelled);

        Assert.Equal((false, true, started.RunId), (started.IsEarlierRun, again.IsEarlierRun, again.RunId));
        Assert.Equal((RunStatus.Succeeded, 5, 5, "c-1", "manual"), (run.Status, run.PriceCents, run.ChargedCents, run.CorrelationId, run.Trigger));
        var steps = await client.Runs.StepsAsync(run.Id, Cancelled);
        Assert.Equal([("start", "Completed"), ("hello", "Completed")], steps.Select(step => (step.ActivityId, step.Status)));
        Assert.Equal("Hello Ada", steps[1].Input!["text"]!.GetValue<string>());
        var receipt = await client.Runs.ReceiptAsync(run.Id, Cancelled);
        Assert.Equal((5, 5), (receipt.TotalCents, receipt.Lines.Sum(line => line.Cents)));
        Assert.Equal(["consume", "hold"], receipt.Entries.Select(entry => entry.Type));
        Assert.Equal(new Balance(95, 0, "usd"), await client.Credits.BalanceAsync(Cancelled));
        var consumed = await client.Credits.LedgerAsync(new LedgerFilter { Type = "consume", RunId = run.Id }, Cancelled).SingleAsync(Cancelled);
        Assert.Equal((5, 0, -5, 95), (consumed.AmountCents, consumed.AvailableDeltaCents, consumed.HeldDeltaCents, consumed.AvailableAfterCents));
        await RefusedAsync(HttpStatusCode.Conflict, "run_terminal", () => client.Runs.CancelAsync(run.Id, Cancelled));
    }

    [Fact]
    public async Task Run_ThatFailed_IsReplayedFromTheFailedStep()
    {
        using var client = await NewClientAsync();
        var isBroken = true;
        fixture.Target.On("/replayed", context =>
        {
            context.Response.StatusCode = isBroken ? 404 : 200;
            return Task.CompletedTask;
        });
        var definitionId = await PublishedAsync(client, Workflow.Named("Calls")
            .StartsWith(new Manual(), name: "start").Then(new HttpRequest { Url = fixture.Target.Url("/replayed") }, name: "call").Build());

        var failed = await client.Runs.WaitForEndAsync((await client.Workflows.RunAsync(definitionId, cancellationToken: Cancelled)).RunId, Cancelled);
        var preview = await client.Runs.PreviewReplayAsync(failed.Id, ReplayFrom.Failed, Cancelled);
        isBroken = false;
        var replay = await client.Runs.WaitForEndAsync((await client.Runs.ReplayAsync(failed.Id, ReplayFrom.Failed, Cancelled)).RunId, Cancelled);

        Assert.Equal((RunStatus.Failed, "call", "http_status", 0), (failed.Status, failed.Fault!.ActivityId, failed.Fault.Code, failed.ChargedCents));
        Assert.Equal((failed.Id, 5), (preview.RunId, preview.PriceCents));
        Assert.Equal([("start", false, false), ("call", true, true)], preview.Steps.Select(step => (step.ActivityId, step.RunsAgain, step.RepeatsEffect)));
        Assert.Equal((RunStatus.Succeeded, failed.Id), (replay.Status, replay.ReplayOf));
        var listed = await client.Runs.ListAsync(new RunFilter { Status = RunStatus.Failed, Workflow = definitionId, From = failed.AcceptedAt }, Cancelled).SingleAsync(Cancelled);
        Assert.Equal(failed.Id, listed.Id);
        Assert.Empty(await client.Runs.ListAsync(new RunFilter { To = failed.AcceptedAt }, Cancelled).ToListAsync(Cancelled));
    }

    [Fact]
    public async Task Cancel_WaitingRun_EndsItUncharged()
    {
        using var client = await NewClientAsync();
        var definitionId = await PublishedAsync(client, Workflow.Named("Waits").StartsWith(new Manual()).Then(new Delay { TimeSpan = TimeSpan.FromHours(1) }).Build());
        var started = await client.Workflows.RunAsync(definitionId, cancellationToken: Cancelled);

        var cancelled = await client.Runs.CancelAsync(started.RunId, Cancelled);

        Assert.Equal((RunStatus.Cancelled, 0, true), (cancelled.Status, cancelled.ChargedCents, cancelled.HasEnded));
        Assert.Equal(new Balance(100, 0, "usd"), await client.Credits.BalanceAsync(Cancelled));
    }

    [Fact]
    public async Task DryRun_OfADraft_SaysWhatItWouldSendAndCost()
    {
        using var client = await NewClientAsync();
        var created = await client.Workflows.CreateAsync(Workflow.Named("Calls")
            .StartsWith(new Webhook())
            .Then(new HttpRequest { Method = "POST", Url = fixture.Target.Url("/dry"), Body = Expression.Template("{{ trigger.body.n }}") }, name: "call")
            .Build(), Cancelled);

        var report = await client.Workflows.DryRunAsync(created.DefinitionId, new JsonObject { ["n"] = 7 }, Cancelled);

        var step = Assert.Single(report.Steps);
        Assert.Equal(("call", "AutoForge.HttpRequest", 5, null), (step.ActivityId, step.Type, report.PriceCents, report.Fault));
        Assert.Contains("7", step.WouldSend!.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(fixture.Target.Requests, request => request.Path == "/dry");
    }

    [Fact]
    public async Task Connections_FromStoreToDelete_AreKeptAndGone()
    {
        using var client = await NewClientAsync();

        var stored = await client.Connections.CreateAsync(
            new ConnectionDraft("crm", "http", new JsonObject { ["scheme"] = "bearer" }, new Dictionary<string, string?> { ["value"] = "s3cret" }), Cancelled);
        var test = await client.Connections.TestAsync(stored.Id, Cancelled);
        var renamed = await client.Connections.UpdateAsync(stored.Id, new ConnectionDraft("new crm", "http", stored.Settings), Cancelled);
        var listed = await client.Connections.ListAsync(Cancelled).SingleAsync(Cancelled);
        await client.Connections.DeleteAsync(stored.Id, Cancelled);

        Assert.True(test.Ok, test.Message);
        Assert.Equal(("new crm", "http", stored.Id), (renamed.Name, listed.Type, listed.Id));
        await RefusedAsync(HttpStatusCode.NotFound, "not_found", () => client.Connections.GetAsync(stored.Id, Cancelled));
    }

    [Fact]
    public async Task Publish_WithMistakes_NamesEveryField()
    {
        using var client = await NewClientAsync();
        var created = await client.Workflows.CreateAsync(
            Workflow.Named("Wrong").StartsWith(new HttpRequest { TimeoutSeconds = 0 }, name: "a").Then(new FlowDecision(), name: "b").Build(), Cancelled);

        var refusal = await RefusedAsync(HttpStatusCode.UnprocessableEntity, "workflow_invalid", () => client.Workflows.PublishAsync(created.DefinitionId, Cancelled));

        Assert.Equal([("a", "timeoutSeconds"), ("a", "url"), ("b", "condition")], refusal.Errors.Select(error => (error.ActivityId, error.Field)).Order());
    }

    [Fact]
    public async Task List_MoreThanAPage_GivesAllOfThem()
    {
        using var client = await NewClientAsync();
        for (var i = 0; i < 51; i++)
            await client.Workflows.CreateAsync(Hello($"Workflow {i}"), Cancelled);

        var names = await client.Workflows.ListAsync(Cancelled).Select(workflow => workflow.Name).ToListAsync(Cancelled);

        Assert.Equal(Enumerable.Range(0, 51).Reverse().Select(i => $"Workflow {i}"), names);
    }

    [Fact]
    public async Task Call_WithAWrongKey_IsUnauthenticated()
    {
        using var client = new AutoForgeClient(fixture.Server.Address, "af_live_wrong");

        await RefusedAsync(HttpStatusCode.Unauthorized, "unauthenticated", () => client.Credits.BalanceAsync(Cancelled));
    }

    private static WorkflowDefinition Hello(string name) => Workflow.Named(name)
        .StartsWith(new Manual(), name: "start")
        .Then(new WriteLine { Text = Expression.Template("Hello {{ trigger.input.name }}") }, name: "hello")
        .Build();

    private static async Task<string> PublishedAsync(AutoForgeClient client, WorkflowDefinition workflow)
    {
        var created = await client.Workflows.CreateAsync(workflow, Cancelled);
        return (await client.Workflows.PublishAsync(created.DefinitionId, Cancelled)).DefinitionId;
    }

    private static async Task<AutoForgeApiException> RefusedAsync(HttpStatusCode status, string code, Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<AutoForgeApiException>(call);
        Assert.Equal((status, code), (refusal.Status, refusal.Code));
        return refusal;
    }

    private async Task<AutoForgeClient> NewClientAsync()
    {
        using var account = await fixture.Server.RegisterAsync();
        var key = (await account.PostAsync("/api/user/api-keys", new JsonObject { ["name"] = "client" })).Expect(HttpStatusCode.Created);
        return new AutoForgeClient(fixture.Server.Address, key["key"]!.GetValue<string>());
    }
}
