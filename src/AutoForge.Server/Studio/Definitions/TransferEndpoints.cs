using System.IO.Compression;
using System.Security.Claims;
using System.Text;
using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Studio.Definitions.Documents;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Studio.Definitions;

/// <summary>Workflows as files: Elsa 3 JSON as it is stored, in which credentials are named and never held.</summary>
internal static class TransferEndpoints
{
    private const int MostFiles = 500;

    public static void MapTransfer(this IEndpointRouteBuilder api)
    {
        api.MapPost("/workflow-definitions/import", ImportAsync);
        api.MapGet("/workflow-definitions/{definitionId}/export", ExportAsync);
        api.MapPost("/bulk-actions/export/workflow-definitions", BulkExportAsync);
    }

    private static async Task<JsonHttpResult<JsonObject>> ImportAsync(
        JsonObject model, ClaimsPrincipal caller, DraftSaving saving, DefinitionForm form, CancellationToken cancellationToken) =>
        StudioJson.Answer(form.Show(await saving.ImportAsync(caller.AccountId(), model, cancellationToken)));

    private static async Task<FileContentHttpResult> ExportAsync(
        string definitionId, string? versionOptions, ClaimsPrincipal caller, WorkflowStore workflows, CancellationToken cancellationToken)
    {
        var workflow = await workflows.FindAsync(caller.AccountId(), definitionId, versionOptions, cancellationToken) ?? throw new NotFoundException();
        return TypedResults.File(Content(workflow), "application/json", FileName(workflow));
    }

    private static async Task<FileContentHttpResult> BulkExportAsync(
        ExportRequest request, ClaimsPrincipal caller, WorkflowHistory history, CancellationToken cancellationToken)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var id in (request.Ids ?? []).Distinct().Take(MostFiles))
            {
                if (await history.FindAsync(caller.AccountId(), id, cancellationToken) is not { } workflow)
                    continue;
                var name = names.Add(FileName(workflow)) ? FileName(workflow) : $"{workflow.DefinitionId}-{FileName(workflow)}";
                await using var entry = await zip.CreateEntry(name).OpenAsync(cancellationToken);
                await entry.WriteAsync(Content(workflow), cancellationToken);
            }
        }
        return TypedResults.File(file.ToArray(), "application/zip", "workflows.zip");
    }

    private static byte[] Content(WorkflowView workflow) => Encoding.UTF8.GetBytes(workflow.Document.ToJsonString(StudioJson.File));

    // Letters, digits and dashes: a name is data, and this goes into a header and into somebody's folder.
    private static string FileName(WorkflowView workflow)
    {
        var words = string.Concat(workflow.Name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToLowerInvariant(letter) : '-'))
            .Split('-', StringSplitOptions.RemoveEmptyEntries);
        var name = string.Join('-', words);
        return $"{(name.Length == 0 ? "workflow" : name)}-v{workflow.Version}.json";
    }

    internal sealed record ExportRequest(string[]? Ids);
}
