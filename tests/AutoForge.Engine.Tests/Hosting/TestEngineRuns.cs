using System.Text.Json.Nodes;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Triggers;
using AutoForge.Testing.Running;

namespace AutoForge.Engine.Tests.Hosting;

/// <summary>What tests do with runs.</summary>
internal static class TestEngineRuns
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    extension(TestEngine node)
    {
        /// <summary>Publishes a chain of steps behind a manual trigger; returns the workflow.</summary>
        public async Task<string> DrawAsync(Guid account, params JsonObject[] steps) =>
            (await node.PublishAsync(account, Draw.Chain("Chain", [Draw.Trigger("start", "AutoForge.Manual"), .. steps]))).DefinitionId;

        /// <summary>Starts a run by hand.</summary>
        public async Task<Guid> AcceptAsync(Guid account, string workflow, string? key = null, JsonObject? input = null)
        {
            var acceptance = await node.Get<ManualStart>().StartAsync(account, workflow, new StartRequest(input, IdempotencyKey: key), Token);
            Assert.True(acceptance is { Outcome: AcceptOutcome.Accepted or AcceptOutcome.Duplicate }, acceptance.ToString());
            return acceptance.Value.RunId;
        }

        /// <summary>The journal as it is stored.</summary>
        public Task<IReadOnlyList<StepRecord>> JournalAsync(Guid account, Guid run) => node.Get<StepStore>().LoadAsync(account, run, Token);

        /// <summary>Lets every lease run out, as if its node had died long ago.</summary>
        public Task ExpireLeasesAsync(Guid account) =>
            node.Get<Database>().DataSource.ExecuteAsync("UPDATE jobs SET due_at = now() - interval '1 second' WHERE account_id = @a", ("a", account));

        /// <summary>Claims like the worker, for this account alone is due.</summary>
        public async Task<Lease> ClaimAsync(Guid job) => Assert.Single(await node.Get<JobQueue>().ClaimAsync(100, Token), lease => lease.JobId == job);
    }

    /// <summary>A START as the walker would flush it.</summary>
    public static RunWrite Start(Lease lease, int seq = 1, string node = "Workflow1:flow:step") => new()
    {
        Lease = lease,
        WorkflowId = "workflow",
        Status = RunStatus.Running,
        Steps =
        [
            new StepRecord
            {
                Seq = seq, NodeId = node, Visit = 1, ActivityId = "step", ActivityType = "AutoForge.HttpRequest", StartedAt = lease.ClaimedAt,
            },
        ],
        PriceCents = 5,
        AcceptedAt = lease.ClaimedAt,
        StartedAt = lease.ClaimedAt,
    };

    /// <summary>A success as the handler would write it.</summary>
    public static RunWrite Success(Lease lease) => Start(lease) with { Status = RunStatus.Succeeded, Steps = [] };

    /// <summary>A rest of an hour.</summary>
    public static RunWrite Rest(Lease lease) => Start(lease) with { Status = RunStatus.Waiting, Steps = [], DueAt = lease.ClaimedAt.AddHours(1) };
}
