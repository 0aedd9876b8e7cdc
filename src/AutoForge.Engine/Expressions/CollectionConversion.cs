using System.Collections;
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoForge.Engine.Expressions;

/// <summary>JSON arrays, JSON text and CLR collections to lists; JSON objects and dictionaries to dictionaries with text keys.</summary>
internal static class CollectionConversion
{
    private static readonly ConcurrentDictionary<Type, Shape> Shapes = new();

    private enum Kind { None, Array, List, Dictionary }

    private sealed record Shape(Kind Kind, Type Item);

    public static bool Handles(Type type) => ShapeOf(type).Kind != Kind.None;

    /// <summary>One value that is no list becomes a list of one. Blank text becomes an empty list.</summary>
    /// <exception cref="AutoForgeException"><c>value_conversion</c>, also for a part that does not fit.</exception>
    public static object Convert(object value, Type type)
    {
        var shape = ShapeOf(type);
        if (value is string text)
            value = Parse(text, shape.Kind) ?? value;

        return shape.Kind == Kind.Dictionary ? ToDictionary(value, shape) : ToList(value, shape);
    }

    private static object? Parse(string text, Kind kind)
    {
        var trimmed = text.AsSpan().Trim();
        if (trimmed.IsEmpty)
            return kind == Kind.Dictionary ? new JsonObject() : new JsonArray();
        if (trimmed[0] != (kind == Kind.Dictionary ? '{' : '['))
            return null;

        try
        {
            return JsonNode.Parse(text, documentOptions: new() { MaxDepth = 32 });
        }
        catch (JsonException exception)
        {
            throw ValueConversion.Error(text, "valid JSON", exception);
        }
    }

    private static IList ToList(object value, Shape shape)
    {
        var items = value is IEnumerable many and not (string or JsonObject or IDictionary) ? many : new[] { value };
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(shape.Item))!;
        foreach (var item in items)
            list.Add(ConvertItem(item, shape.Item));

        if (shape.Kind == Kind.List)
            return list;

        var array = Array.CreateInstance(shape.Item, list.Count);
        list.CopyTo(array, 0);
        return array;
    }

    private static IDictionary ToDictionary(object value, Shape shape)
    {
        var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), shape.Item))!;
        switch (value)
        {
            case JsonObject json:
                foreach (var (name, item) in json)
                    dictionary[name] = ConvertItem(item, shape.Item);
                return dictionary;

            case IDictionary entries:
                foreach (DictionaryEntry entry in entries)
                    dictionary[ScalarText.Of(entry.Key) ?? throw ValueConversion.Error(value, "an object with text keys")] = ConvertItem(entry.Value, shape.Item);
                return dictionary;

            default:
                throw ValueConversion.Error(value, "a JSON object");
        }
    }

    private static object? ConvertItem(object? item, Type type)
    {
        var converted = ValueConversion.Convert(item, type);
        return converted is null && type.IsValueType && Nullable.GetUnderlyingType(type) is null
            ? throw new AutoForgeException(ValueConversion.ErrorCode, "A list has an empty entry where a value is needed.")
            : converted;
    }

    private static Shape ShapeOf(Type type) => Shapes.GetOrAdd(type, static type =>
    {
        if (type == typeof(byte[]))
            return new(Kind.None, type);
        if (type.IsArray)
            return new(Kind.Array, type.GetElementType()!);
        if (type == typeof(IEnumerable) || type == typeof(ICollection) || type == typeof(IList))
            return new(Kind.Array, typeof(object));
        if (!type.IsGenericType)
            return new(Kind.None, type);

        var definition = type.GetGenericTypeDefinition();
        var arguments = type.GetGenericArguments();
        if (definition == typeof(List<>) || definition == typeof(IList<>) || definition == typeof(ICollection<>))
            return new(Kind.List, arguments[0]);
        if (definition == typeof(IReadOnlyList<>) || definition == typeof(IReadOnlyCollection<>) || definition == typeof(IEnumerable<>))
            return new(Kind.Array, arguments[0]);
        if (arguments.Length == 2 && arguments[0] == typeof(string)
            && (definition == typeof(Dictionary<,>) || definition == typeof(IDictionary<,>) || definition == typeof(IReadOnlyDictionary<,>)))
            return new(Kind.Dictionary, arguments[1]);
        return new(Kind.None, type);
    });
}
