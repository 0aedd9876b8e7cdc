using System.Text.Json;
using System.Text.Json.Nodes;
using AutoForge.Activities;

namespace AutoForge.Workflows;

/// <summary><c>{"typeName": …, "memoryReference": {"id": …}}</c>; an output that nothing receives is null.</summary>
internal sealed class OutputConverter : WriteOnlyConverter<Output>
{
    public override void Write(Utf8JsonWriter writer, Output value, JsonSerializerOptions options)
    {
        if (value.Target is null)
        {
            writer.WriteNullValue();
            return;
        }
        new JsonObject
        {
            ["typeName"] = TypeNames.Of(value.GetType().GetGenericArguments()[0]),
            ["memoryReference"] = new JsonObject { ["id"] = value.Target },
        }.WriteTo(writer, options);
    }
}
