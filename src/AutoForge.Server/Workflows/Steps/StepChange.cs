using System.Security.Claims;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;

namespace AutoForge.Server.Workflows.Steps;

/// <summary>Changes the draft of the workflow that the address names, and shows the list again.</summary>
/// <remarks>Bound from the request's services and route, so that each handler says only what it changes.</remarks>
internal sealed class StepChange(HttpContext context, WorkflowStore workflows)
{
    public static ValueTask<StepChange> BindAsync(HttpContext context) =>
        ValueTask.FromResult(new StepChange(context, context.RequestServices.GetRequiredService<WorkflowStore>()));

    /// <param name="change">False = it cannot be done; the draft stays as it was.</param>
    /// <param name="stepId">The step to come back to.</param>
    public async Task<IResult> SaveAsync(Func<FlowDrawing, bool> change, string? stepId)
    {
        var (account, cancelled) = (context.User.AccountId(), context.RequestAborted);
        var definitionId = context.GetRouteValue("definitionId")?.ToString() ?? "";
        var workflow = await workflows.GetAsync(account, definitionId, cancelled) ?? throw new NotFoundException();
        if (FlowDrawing.Of(workflow.Document) is { } drawing && change(drawing))
            _ = await workflows.SaveDraftAsync(account, definitionId, drawing.Document, cancelled) ?? throw new NotFoundException();

        var address = $"/workflows/{Uri.EscapeDataString(definitionId)}/steps";
        return TypedResults.LocalRedirect(stepId is null ? address : $"{address}?step={Uri.EscapeDataString(stepId)}#step-{Uri.EscapeDataString(stepId)}");
    }
}
