using System.Text.Json.Serialization;

namespace AutoForge.Server.Api.Problems;

/// <summary>What is wrong with one field. <paramref name="ActivityId"/> names the node when the field belongs to a workflow.</summary>
internal sealed record FieldError(
    string Field,
    string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ActivityId = null);
