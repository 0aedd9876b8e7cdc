using System.Text.Json;

namespace AutoForge.Server.Billing.Stripe;

/// <summary>Reads the provider's objects, which grow with its versions: what is absent or of another kind is null.</summary>
internal static class StripeJson
{
    extension(JsonElement thing)
    {
        public string? Text(string name) => thing.Find(name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

        /// <summary>A whole number that fits; null for fractions and for what is larger than any amount of money.</summary>
        public long? Number(string name) =>
            thing.Find(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

        public bool Flag(string name) => thing.Find(name) is { ValueKind: JsonValueKind.True };

        public DateTimeOffset? Time(string name) =>
            thing.Number(name) is { } seconds and > 0 and < 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

        /// <summary>A reference to another object: its id, or the object itself.</summary>
        public string? IdOf(string name) => thing.Find(name) switch
        {
            { ValueKind: JsonValueKind.String } id => id.GetString(),
            { ValueKind: JsonValueKind.Object } whole => whole.Text("id"),
            _ => null,
        };

        /// <summary>What lies at the end of the path; null when there is nothing.</summary>
        public JsonElement? Find(params ReadOnlySpan<string> path)
        {
            var found = thing;
            foreach (var name in path)
            {
                if (found.ValueKind == JsonValueKind.Array && found.GetArrayLength() > 0)
                    found = found[0];
                if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(name, out found))
                    return null;
            }
            return found.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : found;
        }
    }
}
