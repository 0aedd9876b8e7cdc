using System.Globalization;
using System.Security.Claims;
using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Api.Workflows;

/// <summary>Every saved state of a workflow's draft.</summary>
internal static class RevisionEndpoints
{
    public static void MapRevisions(this RouteGroupBuilder workflows)
    {
        var group = workflows.MapGroup("/{definitionId}/revisions");
        group.MapGet("/", ListAsync).WithSummary($"What was saved of the workflow, newest first; the last {RevisionStore.Kept} states are kept");
        group.MapGet("/{revision:int}", GetAsync).WithSummary("The workflow as it was saved then");
        group.MapPost("/{revision:int}/restore", RestoreAsync).WithSummary("Make a saved state the draft again");
    }

    private static async Task<Ok<Page<WorkflowRevision>>> ListAsync(
        string definitionId, ClaimsPrincipal caller, WorkflowStore workflows, RevisionStore revisions, CancellationToken cancellationToken,
        int? limit = null, string? cursor = null)
    {
        var size = Cursor.Limit(limit);
        // A number that no revision can have reads as the end of the list.
        int? before = Cursor.Number(cursor) is { } number ? (int)Math.Min(number, int.MaxValue) : null;
        var rows = await revisions.ListAsync(caller.AccountId(), definitionId, before, size + 1, cancellationToken);
        if (rows.Count == 0 && await workflows.GetAsync(caller.AccountId(), definitionId, cancellationToken) is null)
            throw new NotFoundException();
        return TypedResults.Ok(Cursor.Page(rows, size, row => row, row => row.Revision.ToString(CultureInfo.InvariantCulture)));
    }

    private static async Task<Ok<RevisionAnswer>> GetAsync(
        string definitionId, int revision, ClaimsPrincipal caller, RevisionStore revisions, CancellationToken cancellationToken) =>
        TypedResults.Ok(RevisionAnswer.From(await FindAsync(caller, definitionId, revision, revisions, cancellationToken)));

    // What is replaced was saved itself, so nothing is lost by going back.
    private static async Task<Ok<JsonObject>> RestoreAsync(
        string definitionId, int revision, ClaimsPrincipal caller, RevisionStore revisions, WorkflowStore workflows, CancellationToken cancellationToken)
    {
        var saved = await FindAsync(caller, definitionId, revision, revisions, cancellationToken);
        return TypedResults.Ok(WorkflowAnswer.Full(
            await workflows.SaveDraftAsync(caller.AccountId(), definitionId, saved.Document, cancellationToken) ?? throw new NotFoundException()));
    }

    private static async Task<SavedRevision> FindAsync(
        ClaimsPrincipal caller, string definitionId, int revision, RevisionStore revisions, CancellationToken cancellationToken) =>
        await revisions.FindAsync(caller.AccountId(), definitionId, revision, cancellationToken) ?? throw new NotFoundException();

    /// <param name="Document">Elsa 3 JSON as it was saved.</param>
    internal sealed record RevisionAnswer(int Revision, int Version, string Name, int PriceCents, DateTimeOffset SavedAt, JsonObject Document)
    {
        public static RevisionAnswer From(SavedRevision saved) => new(
            saved.Revision.Revision, saved.Revision.Version, saved.Revision.Name, saved.Revision.PriceCents, saved.Revision.SavedAt, saved.Document);
    }
}
