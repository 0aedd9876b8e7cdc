using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Studio.Descriptors;

internal static class ToolboxEndpoints
{
    public static void MapToolbox(this IEndpointRouteBuilder api) => api.MapGet("/descriptors/activities", List);

    private static FileContentHttpResult List(ActivityToolbox toolbox, HttpResponse response)
    {
        // Asked for after every save: kept by the browser, and compared by its tag.
        response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Bytes(toolbox.Json, "application/json; charset=utf-8", entityTag: toolbox.Tag);
    }
}
