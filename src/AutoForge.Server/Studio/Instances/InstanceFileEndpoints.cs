using System.IO.Compression;
using System.Security.Claims;
using System.Text.Json;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Api.Problems;

namespace AutoForge.Server.Studio.Instances;

/// <summary>Instances as files. They can be taken out, and not brought in: a run is what happened here, and was paid here.</summary>
internal static class InstanceFileEndpoints
{
    private const int MostInOneFile = 100;

    public static void MapInstanceFiles(this IEndpointRouteBuilder api)
    {
        api.MapGet("/workflow-instances/{id:guid}/export", ExportAsync);
        api.MapPost("/bulk-actions/export/workflow-instances", ExportManyAsync);
        api.MapPost("/bulk-actions/import/workflow-instances", Import);
    }

    private static async Task<IResult> ExportAsync(
        Guid id, ClaimsPrincipal caller, InstanceRuns runs, ActivityCatalogue catalogue, CancellationToken cancellationToken)
    {
        var file = await WriteAsync(await runs.GetAsync(caller, id, cancellationToken), caller, runs, catalogue, cancellationToken);
        return TypedResults.File(file, "application/json", $"run-{id}.json");
    }

    private static async Task<IResult> ExportManyAsync(
        InstanceBulkEndpoints.IdsRequest request, ClaimsPrincipal caller, InstanceRuns runs, ActivityCatalogue catalogue, CancellationToken cancellationToken)
    {
        var ids = request.RunIds.Distinct().ToList();
        if (ids.Count > MostInOneFile)
            throw new InvalidInputException("ids", $"One file holds up to {MostInOneFile} runs; choose fewer.");
        using var zip = new MemoryStream();
        await using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var id in ids)
            {
                var file = await WriteAsync(await runs.GetAsync(caller, id, cancellationToken), caller, runs, catalogue, cancellationToken);
                await using var entry = await archive.CreateEntry($"run-{id}.json").OpenAsync(cancellationToken);
                await entry.WriteAsync(file, cancellationToken);
            }
        }
        return TypedResults.File(zip.ToArray(), "application/zip", "runs.zip");
    }

    private static IResult Import() => StudioRefusal.Of(new()
    {
        ["files"] = ["Runs cannot be imported: each was carried out and charged where it ran. Import the workflow instead and run it here."],
    });

    private static async Task<byte[]> WriteAsync(
        RunView run, ClaimsPrincipal caller, InstanceRuns runs, ActivityCatalogue catalogue, CancellationToken cancellationToken)
    {
        var steps = await runs.StepsAsync(caller, run, cancellationToken);
        return JsonSerializer.SerializeToUtf8Bytes(
            new InstanceFile(
                InstanceDetail.From(run, steps, await runs.DataAsync(caller, run, cancellationToken)),
                [.. JournalEntry.Of(run.Id, steps)],
                [.. steps.Select(step => ExecutionRecord.Of(run.Id, step, catalogue))],
                run),
            StudioJson.Options);
    }

    /// <param name="Run">As the public API shows it, with price and charge.</param>
    private sealed record InstanceFile(
        InstanceDetail WorkflowInstance, IReadOnlyList<JournalEntry> Journal, IReadOnlyList<ExecutionRecord> ActivityExecutions, RunView Run);
}
