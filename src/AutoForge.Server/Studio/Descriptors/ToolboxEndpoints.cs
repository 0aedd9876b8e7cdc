using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Triggers.Schedules;
using AutoForge.Engine.Workflows;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Studio.Descriptors;

/// <summary>The toolbox.</summary>
internal static class ToolboxEndpoints
{
    private static readonly Offers TimeZones = new(FieldEditor.Choice("dropdown", "selectList",
        ZoneNames.Places.Select(id => (id.Replace('_', ' '), id))));

    public static void MapToolbox(this IEndpointRouteBuilder api)
    {
        api.MapGet("/descriptors/activities", List);
        api.MapPost("/descriptors/activities/{type}/options/{input}", Options);
    }

    private static FileContentHttpResult List(ActivityToolbox toolbox, HttpResponse response)
    {
        // Asked for after every save: kept by the browser, and compared by its tag.
        response.Headers.CacheControl = "private, no-cache";
        return TypedResults.Bytes(toolbox.Json, "application/json; charset=utf-8", entityTag: toolbox.Tag);
    }

    private static JsonHttpResult<Offers> Options(string type, string input, ActivityCatalogue catalogue) =>
        StudioJson.Answer(
            catalogue.Find(type)?.Inputs.FirstOrDefault(field => FieldName.Of(field.Name) == input) is { Attributes.Editor: InputEditors.TimeZone }
                ? TimeZones
                : new([]));

    internal sealed record Offers(JsonObject Items);
}
