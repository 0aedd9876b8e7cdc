using System.Security.Claims;
using AutoForge.Engine.Runs;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Layout;
using AutoForge.Server.Layout.Forms;
using AutoForge.Server.Webhooks;
using Microsoft.AspNetCore.Mvc;

namespace AutoForge.Server.Runs;

/// <summary>Running again: first what it would do and cost, then doing it.</summary>
internal static class ReplayPages
{
    public static void MapReplayPages(this RouteGroupBuilder group)
    {
        group.MapGet("/{id:guid}/replay", PreviewAsync);
        group.MapPost("/{id:guid}/replay", ReplayAsync);
    }

    private static Task<IResult> PreviewAsync(Guid id, ClaimsPrincipal caller, RunReplay replay, CancellationToken cancellationToken, string? from = null) =>
        PageAsync(id, From(from), FormErrors.None, caller, replay, cancellationToken);

    private static async Task<IResult> ReplayAsync(
        Guid id, [FromForm] ReplayForm? form, HttpContext context, ClaimsPrincipal caller, RunReplay replay, CancellationToken cancellationToken)
    {
        try
        {
            var acceptance = await replay.ReplayAsync(caller.AccountId(), id, From(form?.From), cancellationToken, form?.Key?.ToString())
                ?? throw new NotFoundException();
            if (RefusedRun.Of(acceptance) is { } refused)
                throw refused;
            return TypedResults.LocalRedirect($"/runs/{acceptance.RunId}");
        }
        catch (RunRefusedException e)
        {
            return await PageAsync(id, From(form?.From), FormErrors.From(e, context), caller, replay, cancellationToken);
        }
    }

    private static async Task<IResult> PageAsync(
        Guid id, ReplayFrom from, FormErrors errors, ClaimsPrincipal caller, RunReplay replay, CancellationToken cancellationToken)
    {
        var preview = await replay.PreviewAsync(caller.AccountId(), id, from, cancellationToken) ?? throw new NotFoundException();
        return new HtmlPage<ReplayPage>(new { Preview = preview, Errors = errors }, errors.Status);
    }

    private static ReplayFrom From(string? text) => text == "failed" ? ReplayFrom.Failed : ReplayFrom.Start;

    /// <param name="Key">Made with the page, so that sending the form twice starts one run.</param>
    internal sealed record ReplayForm(string? From, Guid? Key);
}
