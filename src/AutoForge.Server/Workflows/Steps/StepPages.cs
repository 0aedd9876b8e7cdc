using System.Security.Claims;
using System.Text.Json.Nodes;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Layout;
using Microsoft.AspNetCore.Mvc;

namespace AutoForge.Server.Workflows.Steps;

/// <summary>The list of steps and what can be done with it. Each change is saved at once, as on the canvas.</summary>
internal static class StepPages
{
    public static void MapStepPages(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/workflows/{definitionId}/steps").ExcludeFromDescription().ForUser();
        group.MapGet("", ShowAsync);
        group.MapPost("/add", AddAsync);
        group.MapPost("/{stepId}/up", (StepChange change, string stepId, [FromForm] IFormCollection _) =>
            change.SaveAsync(drawing => drawing.MoveUp(stepId), stepId));
        group.MapPost("/{stepId}/down", (StepChange change, string stepId, [FromForm] IFormCollection _) =>
            change.SaveAsync(drawing => drawing.MoveDown(stepId), stepId));
        group.MapPost("/{stepId}/remove", (StepChange change, string stepId, [FromForm] IFormCollection _) =>
            change.SaveAsync(drawing => drawing.Remove(stepId), null));
        group.MapPost("/{stepId}/connect", (StepChange change, string stepId, [FromForm] IFormCollection form) =>
            change.SaveAsync(drawing => drawing.Connect(new FlowLink(stepId, Text(form, "way"), Text(form, "to"))), stepId));
        group.MapPost("/{stepId}/disconnect", (StepChange change, string stepId, [FromForm] IFormCollection form) =>
            change.SaveAsync(drawing => drawing.Disconnect(new FlowLink(stepId, Text(form, "way"), Text(form, "to"))), stepId));
        group.MapPost("/{stepId}/save", SaveAsync);
    }

    private static async Task<IResult> ShowAsync(
        string definitionId, ClaimsPrincipal caller, WorkflowStore workflows, ActivityCatalogue catalogue, CancellationToken cancellationToken,
        string? step = null)
    {
        var workflow = await workflows.GetAsync(caller.AccountId(), definitionId, cancellationToken) ?? throw new NotFoundException();
        var drawing = FlowDrawing.Of(workflow.Document);
        return new HtmlPage<StepsPage>(new
        {
            Workflow = workflow,
            Steps = drawing is null ? [] : StepView.Of(drawing, catalogue),
            OpenId = step,
            Message = drawing is null ? "This workflow is no flowchart, so it cannot be edited as a list." : null,
        });
    }

    private static Task<IResult> AddAsync(StepChange change, ActivityCatalogue catalogue, [FromForm] IFormCollection form)
    {
        var id = Ids.NewText();
        return change.SaveAsync(
            drawing =>
            {
                var descriptor = catalogue.Find(Text(form, "type")) ?? throw new InvalidInputException("type", "Choose what should happen.");
                var step = new JsonObject
                {
                    ["id"] = id,
                    ["name"] = StepNames.New(drawing.Steps(), descriptor.TypeName),
                    ["type"] = descriptor.TypeName,
                    ["version"] = 1,
                };
                if (descriptor.IsTrigger)
                    step["customProperties"] = new JsonObject { ["canStartWorkflow"] = true };
                var after = Text(form, "after");
                drawing.Add(step, drawing.Find(after) is null ? null : after, Text(form, "way"));
                return true;
            },
            id);
    }

    private static Task<IResult> SaveAsync(StepChange change, ActivityCatalogue catalogue, string stepId, [FromForm] IFormCollection form) =>
        change.SaveAsync(
            drawing =>
            {
                if (drawing.Find(stepId) is not { } step)
                    return false;
                Rename(step, Text(form, "title").Trim());
                foreach (var input in catalogue.Find(step["type"]?.ToString() ?? "")?.Inputs ?? [])
                    StepField.Of(input, step).Store([.. form[input.Name].OfType<string>()], step);
                return true;
            },
            stepId);

    private static void Rename(JsonObject step, string title)
    {
        if (step["metadata"] is not JsonObject metadata)
            step["metadata"] = metadata = [];
        if (title.Length == 0)
            metadata.Remove("displayText");
        else
            metadata["displayText"] = title.Length > 200 ? title[..200] : title;
    }

    private static string Text(IFormCollection form, string name) => form[name].ToString();
}
