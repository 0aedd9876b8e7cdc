using System.Security.Claims;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Layout;
using AutoForge.Server.Runs;
using Microsoft.AspNetCore.Components;

namespace AutoForge.Server.Studio.Pages;

/// <summary>Studio's elements in pages of ours, at the addresses that Studio itself leads to.</summary>
internal static class StudioPages
{
    // WebAssembly has to be compiled, MudBlazor places its parts with inline styles, and Monaco starts workers from blobs.
    // The hashes are those of the scripts that Studio 3.8.2 writes into its pages: the editor's keys, the list's keys.
    private const string Policy =
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'sha256-snlP1jz0gjwc5cTz9ErZcliXuCK63+Mmf68RRCeptgc=' " +
        "'sha256-vu6sQrKXQHR4Yn3FMMihA/9TxxfIXnCxKwvLrTPJ5ts='; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; " +
        "frame-ancestors 'none'";

    public static void MapStudioPages(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/workflows").ExcludeFromDescription().ForUser();
        group.MapGet("/definitions", IResult () => Page<WorkflowListPage>());
        group.MapGet("/definitions/{definitionId}/edit", EditAsync);
        group.MapGet("/instances", IResult () => Page<RunListPage>());
        group.MapGet("/instances/{id:guid}/view", ViewAsync);
    }

    // Studio's elements break on what does not exist, so the pages look first.
    private static async Task<IResult> EditAsync(
        string definitionId, ClaimsPrincipal caller, WorkflowStore workflows, CancellationToken cancellationToken) =>
        Page<WorkflowEditorPage>(new
        {
            Workflow = await workflows.GetAsync(caller.AccountId(), definitionId, cancellationToken) ?? throw new NotFoundException(),
        });

    private static async Task<IResult> ViewAsync(Guid id, ClaimsPrincipal caller, RunReport reports, CancellationToken cancellationToken) =>
        Page<RunViewerPage>(new
        {
            Report = await reports.GetAsync(caller.AccountId(), id, cancellationToken) ?? throw new NotFoundException(),
        });

    private static HtmlPage<TComponent> Page<TComponent>(object? parameters = null)
        where TComponent : IComponent => new(parameters) { ContentSecurityPolicy = Policy };
}
