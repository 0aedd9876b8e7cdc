using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AutoForge.Activities;

namespace AutoForge.Workflows;

/// <summary>Writes the activities of one workflow from their classes, as the engine reads them: the same properties, by the same names.</summary>
internal sealed class ActivityWriter
{
    private static readonly JsonSerializerOptions Plain = OptionsWith();

    private readonly JsonSerializerOptions _options;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    // Children sit in properties of any shape (one, a list, inside the cases of a switch); the serializer finds them all.
    public ActivityWriter() => _options = OptionsWith(new ChildConverter(this));

    /// <summary>A variable as documents hold it.</summary>
    public static JsonNode Write(Variable variable) => JsonSerializer.SerializeToNode(variable, Plain)!;

    /// <exception cref="ArgumentException">The class has no <see cref="ActivityAttribute"/>.</exception>
    public static ActivityAttribute AttributeOf(Type type) => type.GetCustomAttribute<ActivityAttribute>()
        ?? throw new ArgumentException($"{type} is no activity that workflows can name: it has no [Activity] attribute.", nameof(type));

    /// <param name="activity">Left as it is.</param>
    /// <param name="name">Null = its own name, else its type and a number.</param>
    /// <exception cref="ArgumentException">The name is taken, or the class has no <see cref="ActivityAttribute"/>.</exception>
    public JsonObject Write(Activity activity, string? name)
    {
        var type = activity.GetType();
        var typeName = AttributeOf(type).TypeName;
        var unique = TakeName(name ?? activity.Name, typeName);
        var node = new JsonObject
        {
            ["id"] = TakeId(activity.Id.Length > 0 ? activity.Id : unique),
            ["name"] = unique,
            ["type"] = typeName,
            ["version"] = 1,
            ["customProperties"] = activity.CustomProperties.DeepClone(),
        };
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(IsPartOfTheDocument))
        {
            if (JsonSerializer.SerializeToNode(property.GetValue(activity), property.PropertyType, _options) is { } value)
                node[JsonNamingPolicy.CamelCase.ConvertName(property.Name)] = value;
        }
        return node;
    }

    private string TakeName(string? name, string typeName)
    {
        if (!string.IsNullOrWhiteSpace(name))
            return _names.Add(name) ? name : throw new ArgumentException($"There is already a step named '{name}'.", nameof(name));
        var word = typeName[(typeName.LastIndexOf('.') + 1)..];
        for (var number = 1; ; number++)
        {
            var numbered = word + number.ToString(CultureInfo.InvariantCulture);
            if (_names.Add(numbered))
                return numbered;
        }
    }

    // An id is joined with others by colons and stands in addresses: letters and digits are safe everywhere.
    private string TakeId(string text)
    {
        var id = string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '-'));
        var unique = id;
        for (var copy = 2; !_ids.Add(unique); copy++)
            unique = string.Create(CultureInfo.InvariantCulture, $"{id}-{copy}");
        return unique;
    }

    private static bool IsPartOfTheDocument(PropertyInfo property) =>
        property.CanRead && property.CanWrite && property.GetIndexParameters().Length == 0
        && property.GetCustomAttribute<JsonIgnoreAttribute>() is null;

    private static JsonSerializerOptions OptionsWith(params JsonConverter[] more)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
        foreach (var converter in (JsonConverter[])[new InputConverter(), new OutputConverter(), new VariableConverter(), new JsonStringEnumConverter(), .. more])
            options.Converters.Add(converter);
        return options;
    }

    private sealed class ChildConverter(ActivityWriter writer) : WriteOnlyConverter<Activity>
    {
        public override void Write(Utf8JsonWriter json, Activity value, JsonSerializerOptions options) => writer.Write(value, name: null).WriteTo(json, options);
    }
}
