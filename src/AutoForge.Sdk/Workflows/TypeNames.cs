using System.Collections;

namespace AutoForge.Workflows;

/// <summary>What Elsa documents call CLR types. Engines convert by the activity's own class; the name is for readers and designers.</summary>
internal static class TypeNames
{
    private static readonly HashSet<Type> Scalars =
    [
        typeof(bool), typeof(short), typeof(int), typeof(long), typeof(float), typeof(double), typeof(decimal),
        typeof(string), typeof(Guid), typeof(Uri), typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan),
    ];

    public static string Of(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Scalars.Contains(type))
            return type.Name;
        if (type.IsEnum)
            return nameof(String);
        return type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type) && type.GetGenericArguments() is [var item]
            ? $"ICollection<{Of(item)}>"
            : nameof(Object);
    }
}
