using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using static AutoForge.Engine.Tests.Runs.Documents;

namespace AutoForge.Engine.Tests.Runs;

public sealed class RunWalkerTests
{
    [Fact]
    public async Task WalkAsync_WebhookThenLine_FinishesWithStepsInOrder()
    {
        var webhook = Node("AutoForge.Webhook", "hook").With("customProperties", new JsonObject { ["canStartWorkflow"] = true });
        var run = new TestRun(Workflow(Flowchart([Line("line", "hello"), webhook], "hook > line")))
        {
            TriggerActivityId = "hook",
            Trigger = new JsonObject { ["body"] = new JsonObject { ["name"] = "Ada" }, ["method"] = "POST" },
        };

        var result = await run.WalkAsync();

        Assert.Equal(WalkEnd.Finished, result.End);
        Assert.Equal(["hello"], result.WrittenLines);
        Assert.Equal(["hook", "line"], result.Steps.Select(step => step.ActivityId));
        Assert.All(result.Steps, step => Assert.Equal(StepStatus.Completed, step.Status));
        Assert.Equal("""{"body":{"name":"Ada"},"headers":null,"query":null,"method":"POST"}""", result.Steps[0].Output!.ToJsonString());
        Assert.Empty(result.Incidents);
        Assert.Equal(0, run.Journal.Flushes);
    }

    [Fact]
    public async Task WalkAsync_Templates_SeeTriggerStepsVariablesRunAndWorkflow()
    {
        var text = "{{trigger.body.name}}|{{steps.hook.body.name}}|{{variables.v}}|{{run.correlationId}}|{{run.id}}|{{workflow.name}} {{workflow.version}}";
        var run = new TestRun(Workflow(Sequence(Node("AutoForge.Webhook", "hook"), Node("Elsa.WriteLine", "line").Input("text", text, "Template")), Variable("v", "value")))
        {
            Trigger = new JsonObject { ["body"] = new JsonObject { ["name"] = "Ada" } },
            CorrelationId = "order-7",
        };

        var result = await run.WalkAsync();

        Assert.Equal([$"Ada|Ada|value|order-7|{run.RunId}|Test 1"], result.WrittenLines);
    }

    [Fact]
    public async Task WalkAsync_BranchesThatWait_GoOnByTimeAndReadWhatTheOthersSet()
    {
        var document = Workflow(
            Container("Elsa.Parallel", "parallel",
                Container("Elsa.Sequence", "slow", Delay("delay20", TimeSpan.FromSeconds(20)), LineOf("late", "v"), Set("set2", "v", "second")),
                Container("Elsa.Sequence", "fast", Delay("delay10", TimeSpan.FromSeconds(10)), Set("set1", "v", "first")),
                Container("Elsa.Sequence", "last", Delay("delay30", TimeSpan.FromSeconds(30)), LineOf("end", "v"))),
            Variable("v", "none"));
        var run = new TestRun(document);

        var suspended = await run.WalkAsync();
        var result = await run.WalkToEndAsync();

        Assert.Equal((WalkEnd.Suspended, run.Clock.Now.AddSeconds(-20)), (suspended.End, suspended.NextDueAt!.Value));
        Assert.Equal(WalkEnd.Finished, result.End);
        Assert.Equal(["first", "second"], result.WrittenLines);
        Assert.Equal(
            [("delay20", 2), ("delay10", 1), ("delay30", 3)],
            result.Steps.Where(step => step.ActivityType == "Elsa.Delay").Select(step => (step.ActivityId, step.Wave)));
    }

    [Fact]
    public async Task WalkAsync_TwoStepsDueAtOnce_GoOnByTheirOwnTimes()
    {
        var document = Workflow(Container("Elsa.Parallel", "parallel",
            Container("Elsa.Sequence", "one", Delay("delay20", TimeSpan.FromSeconds(20)), Line("later", "later")),
            Container("Elsa.Sequence", "two", Delay("delay10", TimeSpan.FromSeconds(10)), Line("sooner", "sooner"))));
        var run = new TestRun(document);
        await run.WalkAsync();
        run.Clock.Advance(TimeSpan.FromMinutes(1));

        var result = await run.WalkAsync();

        Assert.Equal(["sooner", "later"], result.WrittenLines);
    }

    [Fact]
    public async Task WalkAsync_DelayInALaterBurst_KeepsTheTimeOfItsFirst()
    {
        var document = Workflow(Container("Elsa.Parallel", "parallel", Delay("long", TimeSpan.FromSeconds(60)), Delay("short", TimeSpan.FromSeconds(10))));
        var run = new TestRun(document);
        var start = run.Clock.Now;
        await run.WalkAsync();
        run.Clock.Advance(TimeSpan.FromSeconds(10));

        var result = await run.WalkAsync();

        Assert.Equal(start.AddSeconds(60), result.NextDueAt);
    }

    [Fact]
    public async Task WalkAsync_RetryableFailure_IsTriedAgainWithBackoffThenSucceeds()
    {
        var run = new TestRun(Workflow(Sequence(Touch("post").Input("retries", "3"), Line("line", "after"))));
        var failures = 2;
        run.Outside.OnEffect = _ =>
        {
            if (failures-- > 0)
                throw new FaultException(new Fault("busy", "Busy.", Retryable: true));
        };

        var start = run.Clock.Now;
        var first = await run.WalkAsync();
        var result = await run.WalkToEndAsync();

        // Jitter is at its most: 10 s, then 30 s.
        Assert.Equal(start.AddSeconds(10), first.NextDueAt);
        Assert.Equal(start.AddSeconds(40), run.Clock.Now);
        Assert.Equal(WalkEnd.Finished, result.End);
        Assert.Equal((StepStatus.Completed, 3, null), (result.Steps[0].Status, result.Steps[0].Attempt, result.Steps[0].Fault));
        Assert.Equal(["post"], run.Outside.Effects);
    }

    [Fact]
    public async Task WalkAsync_RetriesUsedUp_FailsWithTheLastFault()
    {
        var run = new TestRun(Workflow(Sequence(Touch("post").Input("retries", "1"), Line("line", "after"))));
        run.Outside.OnEffect = _ => throw new FaultException(new Fault("busy", "Busy.", Retryable: true));

        var result = await run.WalkToEndAsync();

        Assert.Equal(WalkEnd.Faulted, result.End);
        Assert.Equal((StepStatus.Failed, 2), (result.Steps[0].Status, result.Steps[0].Attempt));
        Assert.Equal(("post", "busy"), (result.Incidents[0].ActivityId, result.Incidents[0].Fault.Code));
        Assert.Empty(result.WrittenLines);
    }

    [Fact]
    public async Task WalkAsync_FailedOutcomeLeadsOn_IsNoIncidentAndShowsTheError()
    {
        var document = Workflow(Flowchart(
            [Touch("post"), Line("ok", "ok"), Node("Elsa.WriteLine", "bad").Input("text", "{{steps.post.error.code}}: {{steps.post.error.message}} {{steps.post.answer}}", "Template")],
            "post > ok", "post.Failed > bad"));
        var run = new TestRun(document);
        run.Outside.OnEffect = _ => throw new FaultException("gone", "It is gone.");

        var result = await run.WalkAsync();
        var again = await run.WalkAsync();

        Assert.Equal((WalkEnd.Finished, 0), (result.End, result.Incidents.Count));
        Assert.Equal(["gone: It is gone. did post"], result.WrittenLines);
        Assert.Equal(["gone: It is gone. did post"], again.WrittenLines);
        Assert.Equal(StepStatus.Failed, result.Steps[0].Status);
        Assert.Equal(["Failed"], result.Steps[0].Outcomes);
    }

    [Fact]
    public async Task WalkAsync_UncertainStep_IsNotCaughtByTheFailedOutcome()
    {
        var document = Workflow(Flowchart([Touch("post"), Line("bad", "bad")], "post.Failed > bad"));
        var journal = new MemoryJournal { AfterFlush = _ => throw new OperationCanceledException() };
        await Assert.ThrowsAsync<OperationCanceledException>(() => new TestRun(document) { Journal = journal }.WalkAsync());
        var stored = journal.Load().Stored;

        var second = new MemoryJournal();
        second.Settle(Result(stored));
        var result = await new TestRun(document) { Journal = second }.WalkAsync();

        Assert.Equal(WalkEnd.Faulted, result.End);
        Assert.Equal(StepFaults.InTheMiddle, Assert.Single(result.Incidents).Fault);
        Assert.Empty(result.WrittenLines);
    }

    [Fact]
    public async Task WalkAsync_ContinueWithIncidents_RunsTheOtherBranchesAndIsStuck()
    {
        var document = Workflow(Container("Elsa.Parallel", "parallel", Node("Elsa.Fault", "fault").Input("message", "boom"), Container("Elsa.Sequence", "other", Delay("delay", TimeSpan.FromSeconds(5)), Line("line", "went on"))));
        document["options"] = new JsonObject { ["incidentStrategyType"] = "Elsa.Workflows.IncidentStrategies.ContinueWithIncidentsStrategy, Elsa.Workflows.Core" };

        var result = await new TestRun(document).WalkToEndAsync();

        Assert.Equal((WalkEnd.Suspended, null), (result.End, result.NextDueAt));
        Assert.Equal(["went on"], result.WrittenLines);
        Assert.Equal("boom", Assert.Single(result.Incidents).Fault.Message);
    }

    [Fact]
    public async Task WalkAsync_FaultWhileAnotherBranchWaits_EndsTheRunAndAReplayGoesOn()
    {
        var document = Workflow(Container("Elsa.Parallel", "parallel", Delay("delay", TimeSpan.FromSeconds(5)), Touch("post")));
        var run = new TestRun(document);
        run.Outside.OnEffect = _ => throw new FaultException("gone", "It is gone.");
        var faulted = await run.WalkAsync();
        run.Outside.OnEffect = null;

        // A replay takes over what had been done, without what failed.
        var replay = new TestRun(document, run.Outside);
        replay.Journal.Settle(Result([.. faulted.Steps.Where(step => step.Status != StepStatus.Failed)]));
        var result = await replay.WalkToEndAsync();

        Assert.Equal(WalkEnd.Faulted, faulted.End);
        Assert.Equal(StepStatus.Cancelled, faulted.Steps.Single(step => step.ActivityId == "delay").Status);
        Assert.Equal(WalkEnd.Finished, result.End);
        Assert.Equal(["post"], run.Outside.Effects);
    }

    [Fact]
    public async Task WalkAsync_EndlessLoop_IsStoppedByTheBudget()
    {
        var document = Workflow(Node("Elsa.While", "while").Input("condition", "true").With("body", Line("line", "again")));

        var result = await new TestRun(document).WalkAsync();

        Assert.Equal(WalkEnd.Faulted, result.End);
        Assert.Equal(StepFaults.StepBudget, Assert.Single(result.Incidents).Fault.Code);
        Assert.InRange(result.WrittenLines.Count, Walk.StepBudget - 2, Walk.StepBudget);
    }

    [Fact]
    public async Task WalkAsync_Cancelled_ThrowsAndStoresNothing()
    {
        using var cancellation = new CancellationTokenSource();
        var run = new TestRun(Workflow(Sequence(Touch("post"), Line("line", "after")))) { Cancellation = cancellation.Token };
        run.Outside.OnEffect = _ =>
        {
            cancellation.Cancel();
            throw new HttpRequestException("The connection was closed.");
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WalkAsync());

        Assert.Equal(StepStatus.Running, Assert.Single(run.Journal.Rows).Status);
    }

    [Fact]
    public async Task WalkAsync_DryRun_SaysWhatItWouldSendAndTouchesNothing()
    {
        var run = new TestRun(Workflow(Sequence(Delay("delay", TimeSpan.FromHours(1)), Touch("mail"), Line("line", "after"))));

        var result = await run.WalkAsync(dryRun: true);

        Assert.Equal(WalkEnd.Finished, result.End);
        Assert.Equal(["after"], result.WrittenLines);
        var preview = Assert.Single(result.Previews);
        Assert.Equal(("mail", "Test.Touch", """{"text":"mail"}"""), (preview.ActivityId, preview.Type, preview.WouldSend!.ToJsonString()));
        Assert.Empty(run.Outside.Effects);
        Assert.Equal(0, run.Journal.Flushes);
    }

    [Fact]
    public async Task WalkAsync_Secrets_AreInNoRecordAndNoLaterStep()
    {
        var headers = new JsonObject { ["typeName"] = "Object", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = new JsonObject { ["Authorization"] = "Bearer 1", ["X-Shop-Token"] = "2", ["Accept"] = "text/plain" } } };
        var document = Workflow(
            Sequence(
                Touch("post").Input("text", $"say {Outside.Secret}").Input("connection", "shop").Input("password", "pa55").With("headers", headers).Output("answer", "v"),
                LineOf("line", "v")),
            Variable("v"));
        var run = new TestRun(document);
        run.Outside.Answer = _ => new JsonObject { ["echo"] = $"you said {Outside.Secret}" };
        run.Outside.OnEffect = null;

        var result = await run.WalkAsync();
        var again = await run.WalkAsync();

        var stored = string.Concat(run.Journal.Rows.Select(row => row.Input?.ToString() + row.Output?.ToString()));
        Assert.DoesNotContain(Outside.Secret, stored, StringComparison.Ordinal);
        Assert.DoesNotContain("pa55", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("Bearer", stored, StringComparison.Ordinal);
        var input = result.Steps[0].Input!;
        Assert.Equal(("say •••", "•••", "•••", "•••", "text/plain"), (input["text"]!.ToString(), input["password"]!.ToString(), input["headers"]!["Authorization"]!.ToString(), input["headers"]!["X-Shop-Token"]!.ToString(), input["headers"]!["Accept"]!.ToString()));
        Assert.Equal("""{"Set-Cookie":"•••","Date":"today"}""", Readable(result.Steps[0].Output!["responseHeaders"]));
        Assert.Equal(["""{"echo":"you said •••"}"""], result.WrittenLines);
        Assert.Equal(result.WrittenLines, again.WrittenLines);
    }

    [Fact]
    public async Task WalkAsync_FaultWithASecret_IsMasked()
    {
        var run = new TestRun(Workflow(Touch("post").Input("connection", "shop")));
        run.Outside.OnEffect = _ => throw new FaultException("refused", $"Password {Outside.Secret} refused.");

        var result = await run.WalkAsync();

        Assert.Equal("Password ••• refused.", Assert.Single(result.Incidents).Fault.Message);
        Assert.Equal("Password ••• refused.", result.Steps[0].Fault!.Message);
    }

    [Fact]
    public async Task WalkAsync_LongInput_IsCutInTheHistoryAlone()
    {
        var text = new string('x', 20_000);
        var run = new TestRun(Workflow(Sequence(Touch("post").Input("text", text))));

        var result = await run.WalkAsync();

        Assert.Equal($"{new string('x', 16 * 1024)}… (20000 characters)", result.Steps[0].Input!["text"]!.ToString());
        Assert.Equal([text], run.Outside.Effects);
    }

    [Fact]
    public async Task WalkAsync_OutputOfARecordedStep_IsTheSameValueInEveryWalk()
    {
        var document = Workflow(
            Sequence(Touch("post").Output("answer", "v"), Delay("delay", TimeSpan.FromSeconds(5)), LineOf("line", "v")), Variable("v", null, "Object"));
        var immediate = Workflow(Sequence(Touch("post").Output("answer", "v"), LineOf("line", "v")), Variable("v", null, "Object"));
        var time = new DateTimeOffset(2026, 5, 1, 8, 0, 0, TimeSpan.FromHours(2));
        var outside = new Outside { Answer = _ => time };

        var replayed = await new TestRun(document, outside).WalkToEndAsync();
        var fresh = await new TestRun(immediate, outside).WalkToEndAsync();

        Assert.Equal(fresh.WrittenLines, replayed.WrittenLines);
        Assert.Equal(["2026-05-01T08:00:00+02:00"], fresh.WrittenLines);
    }

    [Fact]
    public async Task WalkAsync_ReplayOfTheRun_KeepsTheIdempotencyKey()
    {
        var outside = new Outside();
        var document = Workflow(Sequence(Touch("one"), Touch("two")));

        await new TestRun(document, outside).WalkAsync();
        await new TestRun(document, outside) { RunId = Guid.Parse("0195a000-0000-7000-8000-000000000002") }.WalkAsync();
        await new TestRun(document, outside) { OriginRunId = Guid.Parse("0195a000-0000-7000-8000-000000000003") }.WalkAsync();

        var keys = outside.IdempotencyKeys;
        Assert.Equal(keys[..2], keys[2..4]);
        Assert.Equal(4, keys.Distinct().Count());
    }

    [Fact]
    public async Task WalkAsync_InputThatCannotBeEvaluated_FaultsTheStepWithTheCause()
    {
        var result = await new TestRun(Workflow(Sequence(Node("Elsa.WriteLine", "line").FromVariable("text", "nope")))).WalkAsync();

        var fault = Assert.Single(result.Incidents).Fault;
        Assert.Equal(StepFaults.InputError, fault.Code);
        Assert.StartsWith("Failed to evaluate activity input 'Text': ", fault.Message, StringComparison.Ordinal);
    }

    private static string Readable(JsonNode? node) =>
        node!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static WalkResult Result(IReadOnlyList<StepRecord> steps)
    {
        foreach (var step in steps)
            step.IsDirty = true;
        return new() { End = WalkEnd.Suspended, Incidents = [], Steps = steps, Output = [], WrittenLines = [], Variables = new Dictionary<string, object?>() };
    }
}
