using AutoForge.Engine.Jobs;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Storage;

namespace AutoForge.Engine.Triggers;

/// <summary>Accepts runs. What this returns is durable: raw input, run, hold and job (<see cref="RunCommits"/>).</summary>
internal sealed class RunAcceptance(Database database, RunCommits commits, JobWorker worker)
{
    /// <summary>Returns after the commit. Asking again with the same dedup key is safe and gives the same run.</summary>
    /// <exception cref="DatabaseUnavailableException">Not durable, or not known to be: ask again with the same key.</exception>
    public Task<Acceptance> AcceptAsync(AcceptRequest request, CancellationToken cancellationToken) => database.HasRoom
        ? commits.AcceptAsync(request, worker, cancellationToken)
        : throw new DatabaseUnavailableException("The disk of the database is nearly full.");
}
