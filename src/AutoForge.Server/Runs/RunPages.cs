using System.Security.Claims;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Layout;
using AutoForge.Server.Layout.Forms;
using Microsoft.AspNetCore.Mvc;

namespace AutoForge.Server.Runs;

/// <summary>Pages about runs: what ran, how it went and what it cost.</summary>
internal static class RunPages
{
    private const int PageSize = 25;
    private const int MostWorkflows = 200;

    public static void MapRunPages(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/runs").ExcludeFromDescription().ForUser();
        group.MapGet("/", ListAsync);
        group.MapGet("/{id:guid}", ShowAsync);
        group.MapGet("/{id:guid}/progress", ProgressAsync);
        group.MapGet("/{id:guid}/money", MoneyAsync);
        group.MapGet("/{id:guid}/receipt", ReceiptAsync);
        group.MapPost("/{id:guid}/cancel", CancelAsync);
        group.MapReplayPages();
    }

    private static async Task<IResult> ListAsync(
        [AsParameters] RunListFilter filter, ClaimsPrincipal caller, RunQueries runs, RunRows rows, WorkflowStore workflows, AccountContacts contacts,
        TimeProvider time, CancellationToken cancellationToken, string? cursor = null)
    {
        var accountId = caller.AccountId();
        var zone = DayFilter.ZoneOf(await contacts.TimeZoneAsync(caller, cancellationToken));
        var found = await runs.ListAsync(accountId, filter.At(time.GetUtcNow(), zone), Cursor.RunId(cursor), PageSize + 1, cancellationToken);
        var known = await workflows.ListAsync(accountId, before: null, MostWorkflows, cancellationToken);
        return new HtmlPage<RunListPage>(new
        {
            Filter = filter,
            Zone = zone.Id,
            Workflows = known.Select(workflow => new Choice(workflow.DefinitionId, workflow.Name)).OrderBy(choice => choice.Text, StringComparer.OrdinalIgnoreCase).ToList(),
            Rows = Cursor.Page(await rows.OfAsync(accountId, found, cancellationToken), PageSize, row => row, row => row.Run.Id.ToString()),
        });
    }

    private static async Task<IResult> ShowAsync(Guid id, ClaimsPrincipal caller, RunReport reports, CancellationToken cancellationToken) =>
        new HtmlPage<RunPage>(new { Report = await reports.GetAsync(caller.AccountId(), id, cancellationToken) ?? throw new NotFoundException() });

    private static async Task<IResult> ProgressAsync(Guid id, ClaimsPrincipal caller, RunReport reports, CancellationToken cancellationToken) =>
        new HtmlPage<RunProgress>(new { Report = await reports.GetAsync(caller.AccountId(), id, cancellationToken) ?? throw new NotFoundException() });

    private static async Task<IResult> MoneyAsync(Guid id, ClaimsPrincipal caller, RunReport reports, CancellationToken cancellationToken)
    {
        var report = await reports.GetAsync(caller.AccountId(), id, cancellationToken) ?? throw new NotFoundException();
        return new HtmlPage<RunMoney>(new { report.Run, report.FailedStep });
    }

    private static async Task<IResult> ReceiptAsync(
        Guid id, ClaimsPrincipal caller, ReceiptQuery receipts, RunQueries runs, RunRows rows, CancellationToken cancellationToken)
    {
        var accountId = caller.AccountId();
        var receipt = await receipts.GetAsync(accountId, id, cancellationToken);
        var run = await runs.GetAsync(accountId, id, cancellationToken);
        if (receipt is null || run is null)
            throw new NotFoundException();
        return new HtmlPage<ReceiptPage>(new { Row = (await rows.OfAsync(accountId, [run], cancellationToken))[0], Receipt = receipt });
    }

    // The page that follows shows how the run ended, whoever was faster.
    private static async Task<IResult> CancelAsync(
        Guid id, [FromForm] IFormCollection form, ClaimsPrincipal caller, RunCancellation cancellation, RunQueries runs, CancellationToken cancellationToken)
    {
        if (!await cancellation.CancelAsync(caller.AccountId(), id, cancellationToken)
            && await runs.GetAsync(caller.AccountId(), id, cancellationToken) is null)
            throw new NotFoundException();
        return TypedResults.LocalRedirect($"/runs/{id}");
    }
}
