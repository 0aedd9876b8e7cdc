using System.Security.Claims;
using System.Text.Json.Nodes;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Studio.Instances;

/// <summary>The Test tab: tries one activity of the saved version, free and without touching anything outside.</summary>
internal static class TestEndpoints
{
    private const string Note =
        "A test touches nothing outside and costs nothing. This step would act outside, so nothing was sent; WouldSend shows what a run would send.";

    public static void MapActivityTests(this IEndpointRouteBuilder api) => api.MapPost("/tests/activities", TestAsync);

    private static async Task<JsonHttpResult<TestAnswer>> TestAsync(
        TestRequest request, ClaimsPrincipal caller, WorkflowHistory history, ActivityTest test, ActivityCatalogue catalogue, CancellationToken cancellationToken)
    {
        if (request is not { WorkflowDefinitionHandle.DefinitionVersionId: { } versionId, ActivityHandle: { } handle }
            || (handle.ActivityNodeId ?? handle.ActivityId) is not { } node
            || await history.FindAsync(caller.AccountId(), versionId, cancellationToken) is not { } version)
            throw new NotFoundException();
        var values = version.Document["customProperties"]?["VariableTestValues"] as JsonObject;
        var report = await test.TestAsync(caller.AccountId(), versionId, node, values, cancellationToken) ?? throw new NotFoundException();

        var activity = catalogue.Find(report.ActivityType);
        var outputs = FieldNames.OfOutputs(activity, report.Output);
        if (report.IsPreview)
        {
            outputs["WouldSend"] = report.WouldSend?.DeepClone();
            outputs["Note"] = Note;
        }
        return StudioJson.Answer(new TestAnswer(
            FieldNames.OfInputs(activity, report.Input),
            new JsonObject { ["Outcomes"] = new JsonArray([.. report.Outcomes.Select(outcome => JsonValue.Create(outcome))]) },
            outputs, FaultText.Of(report.Fault), report.Fault is null ? "Completed" : "Faulted"));
    }

    internal sealed record TestRequest(VersionHandle? WorkflowDefinitionHandle, NodeHandle? ActivityHandle);

    internal sealed record VersionHandle(string? DefinitionVersionId);

    internal sealed record NodeHandle(string? ActivityId, string? ActivityNodeId);

    internal sealed record TestAnswer(JsonObject ActivityState, JsonObject Payload, JsonObject Outputs, FaultText? Exception, string Status);
}
