using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AutoForge.Server.Api;

/// <summary>How the API reads and writes JSON.</summary>
internal static class ApiJson
{
    /// <summary>Nesting in a request body; deeper is refused as <c>invalid_json</c>.</summary>
    public const int MaxDepth = 32;

    public static void Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = MaxDepth;
        // Two readers of one body must not see two different values.
        options.AllowDuplicateProperties = false;
        options.Converters.Add(new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false));
        options.Converters.Add(new UtcTimeConverter());
        options.Converters.Add(new TextCheckingConverter());
    }

    /// <summary>Free-form JSON whose every text is text: half a surrogate pair passes the reader and fails whoever reads it later.</summary>
    private sealed class TextCheckingConverter : JsonConverter<JsonObject?>
    {
        private static readonly JsonConverter<JsonObject?> Inner =
            (JsonConverter<JsonObject?>)JsonSerializerOptions.Default.GetConverter(typeof(JsonObject));

        public override JsonObject? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            Check(reader);
            return Inner.Read(ref reader, typeToConvert, options);
        }

        public override void Write(Utf8JsonWriter writer, JsonObject? value, JsonSerializerOptions options) => Inner.Write(writer, value, options);

        // The reader is a copy, so that the caller's stays where it is.
        private static void Check(Utf8JsonReader reader)
        {
            for (var depth = reader.CurrentDepth; reader.Read() && reader.CurrentDepth > depth;)
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                    Open(reader);
            }
        }

        private static void Open(in Utf8JsonReader reader)
        {
            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException e)
            {
                throw new JsonException("A text holds half a surrogate pair.", e);
            }
        }
    }

    /// <summary>Times leave in UTC with a <c>Z</c>, whatever offset the value carries.</summary>
    private sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime);
    }
}
