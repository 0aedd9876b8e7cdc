using System.Security.Claims;
using System.Text.Json.Nodes;
using AutoForge.Engine.Triggers;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Webhooks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Studio.Instances;

/// <summary>The Run button.</summary>
internal static class StartEndpoints
{
    private const string InstanceHeader = "x-elsa-workflow-instance-id";
    private const string CannotStartHeader = "x-elsa-workflow-cannot-start";

    public static void MapStart(this IEndpointRouteBuilder api) =>
        api.MapPost("/workflow-definitions/{definitionId}/execute", ExecuteAsync);

    /// <remarks>
    /// Starts what stands on the canvas, the latest version, as a run that is charged like any other, and answers as soon
    /// as it is durable. Studio reads the headers alone; the body says to others why nothing was started.
    /// </remarks>
    private static async Task<JsonHttpResult<JsonObject>> ExecuteAsync(
        string definitionId, HttpResponse response, ClaimsPrincipal caller, ManualStart start, CancellationToken cancellationToken)
    {
        try
        {
            var acceptance = await start.StartLatestAsync(caller.AccountId(), definitionId, new StartRequest(Input: null), cancellationToken)
                ?? throw new NotFoundException();
            return RefusedRun.Of(acceptance) is { } refused
                ? CannotStart(response, refused.Code, refused.Message)
                : Started(response, acceptance.RunId);
        }
        catch (WorkflowInvalidException invalid)
        {
            return CannotStart(response, invalid.Code, string.Join(" ", invalid.Problems.Select(problem => problem.Message)));
        }
    }

    private static JsonHttpResult<JsonObject> Started(HttpResponse response, Guid runId)
    {
        response.Headers[InstanceHeader] = runId.ToString();
        response.Headers[CannotStartHeader] = "false";
        return StudioJson.Answer(new JsonObject { ["workflowInstanceId"] = runId.ToString() });
    }

    private static JsonHttpResult<JsonObject> CannotStart(HttpResponse response, string code, string reason)
    {
        response.Headers[CannotStartHeader] = "true";
        return StudioJson.Answer(new JsonObject { ["code"] = code, ["reason"] = reason });
    }
}
