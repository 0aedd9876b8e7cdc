using System.Security.Claims;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Layout;

namespace AutoForge.Server.Workflows;

/// <summary>Our own pages of a workflow.</summary>
internal static class WorkflowPages
{
    public static void MapWorkflowPages(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/workflows/{definitionId}").ExcludeFromDescription().ForUser();
        group.MapGet("/panel", PanelAsync);
    }

    private static async Task<IResult> PanelAsync(
        string definitionId, ClaimsPrincipal caller, WorkflowStore workflows, CancellationToken cancellationToken) =>
        await workflows.GetAsync(caller.AccountId(), definitionId, cancellationToken) is null
            ? throw new NotFoundException()
            : new HtmlPage<WorkflowPanel>(new { DefinitionId = definitionId });
}
