using System.Text.Json;
using System.Text.Json.Serialization;

namespace AutoForge.Workflows;

/// <summary>Writes a type and everything derived from it. Documents are read by the engine, not here.</summary>
internal abstract class WriteOnlyConverter<T> : JsonConverter<T>
{
    public override bool CanConvert(Type typeToConvert) => typeof(T).IsAssignableFrom(typeToConvert);

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();
}
