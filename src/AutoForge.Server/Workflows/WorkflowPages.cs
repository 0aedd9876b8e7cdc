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
        group.MapGet("/new", IResult () => new HtmlPage<NewWorkflowPage>());
        group.MapPost("/new", CreateAsync);
        group.MapGet("/{definitionId}/panel", PartAsync<WorkflowPanel>);
        group.MapGet("/{definitionId}/bar", PartAsync<WorkflowBar>);
        app.MapStepPages();
    }

    private static async Task<IResult> CreateAsync(
        [FromForm] IFormCollection form, HttpContext context, ClaimsPrincipal caller, WorkflowStore workflows, CancellationToken cancellationToken)
    {
        var name = form["name"].ToString().Trim();
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
                caller.AccountId(), new JsonObject { ["name"] = name, ["root"] = flowchart }, cancellationToken);
            return TypedResults.LocalRedirect(
                form["list"] == "true" ? $"/workflows/{created.DefinitionId}/steps" : $"/workflows/definitions/{created.DefinitionId}/edit");
        }
        catch (AutoForgeException e)
        {
            var errors = FormErrors.From(e, context, "name").Beside("name", "workflow_name", e);
            return new HtmlPage<NewWorkflowPage>(new { Name = name, Errors = errors }, errors.Status);
        }
    }

    private static async Task<IResult> PartAsync<TComponent>(
        string definitionId, ClaimsPrincipal caller, WorkflowStore workflows, CancellationToken cancellationToken)
        where TComponent : IComponent =>
        await workflows.GetAsync(caller.AccountId(), definitionId, cancellationToken) is null
            ? throw new NotFoundException()
            : new HtmlPage<TComponent>(new { DefinitionId = definitionId });
}
