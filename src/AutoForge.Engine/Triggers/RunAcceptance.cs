using System.Diagnostics;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Telemetry;

namespace AutoForge.Engine.Triggers;

/// <summary>Accepts runs. What this returns is durable: raw input, run, hold and job (<see cref="RunCommits"/>).</summary>
internal sealed class RunAcceptance(RunCommits commits, JobWorker worker, EngineMetrics metrics, TimeProvider time)
{
    /// <summary>Returns after the commit. Asking again with the same dedup key is safe and gives the same run.</summary>
    /// <exception cref="DatabaseUnavailableException">Not durable, or not known to be: ask again with the same key.</exception>
    public async Task<Acceptance> AcceptAsync(AcceptRequest request, CancellationToken cancellationToken)
    {
        using var span = EngineTelemetry.Source.StartActivity("accept");
        request.Trace = span?.Context ?? default;
        request.ReceivedAt = time.GetTimestamp();
        try
        {
            var acceptance = await commits.AcceptAsync(request, worker, cancellationToken);
            metrics.Accepted(acceptance.Outcome, time.GetElapsedTime(request.ReceivedAt));
            span?.SetTag(EngineTelemetry.RunIdTag, acceptance.RunId);
            return acceptance;
        }
        catch (DatabaseUnavailableException)
        {
            metrics.AcceptFailed();
            span?.SetStatus(ActivityStatusCode.Error);
            throw;
        }
    }
}
