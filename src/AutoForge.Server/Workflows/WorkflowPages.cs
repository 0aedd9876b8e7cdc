using System.Security.Claims;
using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Layout;
using AutoForge.Server.Layout.Forms;
using AutoForge.Server.Workflows.Steps;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Mvc;

namespace AutoForge.Server.Workflows;

/// <summary>Our own pages of a workflow.</summary>
internal static class WorkflowPages
{
    public static void MapWorkflowPages(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/workflows").ExcludeFromDescription().ForUser();
        group.MapGet("/new", () => new HtmlPage<NewWorkflowPage>());
        group.MapPost("/new", CreateAsync);
        group.MapGet("/{definitionId}/panel", PartAsync<WorkflowPanel>);
        group.MapGet("/{definitionId}/bar", PartAsync<WorkflowBar>);
        app.MapStepPages();
    }

    private static async Task<IResult> CreateAsync(
        [FromForm] NewWorkflow form, HttpContext context, ClaimsPrincipal caller, WorkflowStore workflows, CancellationToken cancellationToken)
    {
        var flowchart = new JsonObject
        {
            ["id"] = Ids.NewText(),
            ["type"] = "Elsa.Flowchart",
            ["version"] = 1,
            ["activities"] = new JsonArray(),
            ["connections"] = new JsonArray(),
        };
        try
        {
            var created = await workflows.CreateAsync(
                caller.AccountId(), new JsonObject { ["name"] = form.Name?.Trim(), ["root"] = flowchart }, cancellationToken);
            return TypedResults.LocalRedirect(
                form.List == true ? $"/workflows/{created.DefinitionId}/steps" : $"/workflows/definitions/{created.DefinitionId}/edit");
        }
        catch (AutoForgeException e)
        {
            var errors = FormErrors.From(e, context, "name").Beside("name", "workflow_name", e);
            return new HtmlPage<NewWorkflowPage>(new { form.Name, Errors = errors }, errors.Status);
        }
    }

    private static async Task<IResult> PartAsync<TComponent>(
        string definitionId, ClaimsPrincipal caller, WorkflowStore workflows, CancellationToken cancellationToken)
        where TComponent : IComponent =>
        await workflows.GetAsync(caller.AccountId(), definitionId, cancellationToken) is null
            ? throw new NotFoundException()
            : new HtmlPage<TComponent>(new { DefinitionId = definitionId });

    /// <param name="List">Whether to go on with the list of steps instead of the designer.</param>
    internal sealed record NewWorkflow(string? Name, bool? List);
}
