using System.Reflection;
using AutoForge.Activities;
using AutoForge.Expressions;

namespace AutoForge.Engine.Workflows;

internal enum PropertyKind
{
    /// <summary><see cref="Input{T}"/>.</summary>
    Input,

    /// <summary><see cref="Output{T}"/>.</summary>
    Output,

    /// <summary>One activity behind a port, such as <c>then</c>.</summary>
    Child,

    /// <summary>A list of activities.</summary>
    Children,

    /// <summary>A list of things that each hold an activity, such as the cases of a switch.</summary>
    Holders,

    /// <summary>Variables of a container.</summary>
    Variables,

    /// <summary>Plain JSON.</summary>
    Raw,
}

/// <summary>A property of an activity class and how its JSON becomes a value.</summary>
internal sealed class ActivityProperty
{
    private readonly PropertyInfo _property;

    public ActivityProperty(PropertyInfo property)
    {
        _property = property;
        Name = Words.CamelCase(property.Name);
        (Kind, ItemType) = Classify(property.PropertyType);
        if (Kind is PropertyKind.Input or PropertyKind.Raw or PropertyKind.Holders)
        {
            var attributes = property.GetCustomAttribute<InputAttribute>();
            if (Kind == PropertyKind.Input || attributes is not null)
                Input = new InputDescriptor(property, attributes ?? new(), Kind == PropertyKind.Input ? ItemType : property.PropertyType, Kind == PropertyKind.Input);
        }

        if (Kind == PropertyKind.Output)
            Output = new OutputDescriptor(property, ItemType);
    }

    public string Name { get; }
    public PropertyKind Kind { get; }

    /// <summary>The type of the value inside: T of <c>Input&lt;T&gt;</c>, the item of a list, else the property's own type.</summary>
    public Type ItemType { get; }

    public Type PropertyType => _property.PropertyType;
    public InputDescriptor? Input { get; }
    public OutputDescriptor? Output { get; }

    public object? Get(Activity activity) => _property.GetValue(activity);

    public void Set(Activity activity, object? value) => _property.SetValue(activity, value);

    /// <summary>The expressions inside a plain value: itself, or those of its items (the conditions of cases).</summary>
    public IEnumerable<Expression> ExpressionsIn(Activity activity)
    {
        if (Kind is not (PropertyKind.Raw or PropertyKind.Holders))
            return [];

        return Get(activity) switch
        {
            Expression expression => [expression],
            System.Collections.IEnumerable items and not string when ItemExpressions is { Count: > 0 } properties =>
                items.Cast<object>().SelectMany(item => properties.Select(property => property.GetValue(item)).OfType<Expression>()),
            _ => [],
        };
    }

    /// <summary>Properties of an item that hold an activity; for <see cref="PropertyKind.Holders"/>.</summary>
    public IReadOnlyList<PropertyInfo> ItemChildren => field ??= PropertiesOf(ItemType, typeof(Activity));

    private IReadOnlyList<PropertyInfo> ItemExpressions => field ??= PropertiesOf(ItemType, typeof(Expression));

    private static (PropertyKind Kind, Type ItemType) Classify(Type type)
    {
        if (type == typeof(List<Variable>))
            return (PropertyKind.Variables, typeof(Variable));
        if (typeof(Activity).IsAssignableFrom(type))
            return (PropertyKind.Child, type);

        var item = type.IsGenericType ? type.GetGenericArguments()[0] : type;
        if (typeof(Input).IsAssignableFrom(type))
            return (PropertyKind.Input, item);
        if (typeof(Output).IsAssignableFrom(type))
            return (PropertyKind.Output, item);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>))
        {
            if (typeof(Activity).IsAssignableFrom(item))
                return (PropertyKind.Children, item);
            if (item.IsClass && PropertiesOf(item, typeof(Activity)).Count > 0)
                return (PropertyKind.Holders, item);
        }

        return (PropertyKind.Raw, item);
    }

    private static List<PropertyInfo> PropertiesOf(Type owner, Type type) =>
        [.. owner.GetProperties().Where(property => property.CanRead && property.CanWrite && type.IsAssignableFrom(property.PropertyType))];
}
