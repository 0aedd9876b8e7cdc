using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AutoForge.Server.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Studio;

/// <summary>How answers to Studio are written: as the API writes, but without nulls, many of which Studio does not survive.</summary>
internal static class StudioJson
{
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>For files that people look at.</summary>
    public static JsonSerializerOptions File { get; } = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An answer that Studio can read.</summary>
    public static JsonHttpResult<T> Answer<T>(T value) => TypedResults.Json(value, Options);

    /// <summary>A whole list, in the envelope that Studio expects.</summary>
    public static JsonHttpResult<StudioList<T>> List<T>(IReadOnlyList<T> items) => Answer(new StudioList<T>(items, items.Count));

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        ApiJson.Configure(options);
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}

/// <summary>A list that comes whole.</summary>
internal sealed record StudioList<T>(IReadOnlyList<T> Items, int Count);

/// <summary>One page of a list. <paramref name="TotalCount"/> counts what the filter lets through.</summary>
internal sealed record StudioPage<T>(IReadOnlyList<T> Items, long TotalCount);
