using System.Security.Claims;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;

namespace AutoForge.Server.Studio.Instances;

/// <summary>The runs that Studio may see: the caller's own, without those that were deleted.</summary>
internal sealed class InstanceRuns(RunQueries runs, StepQueries steps, RunRetelling retelling)
{
    /// <exception cref="NotFoundException">Absent, deleted, or another account's.</exception>
    public async Task<RunView> GetAsync(ClaimsPrincipal caller, Guid runId, CancellationToken cancellationToken) =>
        await runs.GetAsync(caller.AccountId(), runId, cancellationToken) is { DeletedAt: null } run ? run : throw new NotFoundException();

    /// <inheritdoc cref="GetAsync"/>
    public async Task<RunView> GetAsync(ClaimsPrincipal caller, string? runId, CancellationToken cancellationToken) =>
        Guid.TryParse(runId, out var id) ? await GetAsync(caller, id, cancellationToken) : throw new NotFoundException();

    /// <inheritdoc cref="StepQueries.HeadsAsync"/>
    public Task<IReadOnlyList<StepView>> HeadsAsync(ClaimsPrincipal caller, RunView run, CancellationToken cancellationToken) =>
        steps.HeadsAsync(caller.AccountId(), run.Id, cancellationToken);

    public Task<IReadOnlyList<StepView>> OfNodeAsync(ClaimsPrincipal caller, RunView run, string node, CancellationToken cancellationToken) =>
        steps.OfNodeAsync(caller.AccountId(), run.Id, node, cancellationToken);

    public Task<StepView?> FindAsync(ClaimsPrincipal caller, RunView run, int seq, CancellationToken cancellationToken) =>
        steps.FindAsync(caller.AccountId(), run.Id, seq, cancellationToken);

    /// <summary>All steps with inputs and outputs.</summary>
    public async Task<IReadOnlyList<StepView>> StepsAsync(ClaimsPrincipal caller, RunView run, CancellationToken cancellationToken) =>
        await runs.StepsAsync(caller.AccountId(), run.Id, cancellationToken) ?? [];

    public async Task<RunData> DataAsync(ClaimsPrincipal caller, RunView run, CancellationToken cancellationToken) =>
        await retelling.TellAsync(caller.AccountId(), run.Id, cancellationToken) ?? new RunData([], [], []);
}
