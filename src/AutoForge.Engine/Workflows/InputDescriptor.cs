using System.Reflection;
using AutoForge.Activities;
using AutoForge.Expressions;
using AutoForge.Workflows;

namespace AutoForge.Engine.Workflows;

/// <summary>A field of an activity type.</summary>
public sealed class InputDescriptor
{
    private readonly Func<Expression?, Input>? _create;

    internal InputDescriptor(PropertyInfo property, InputAttribute attributes, Type valueType, bool isWrapped)
    {
        Name = Words.CamelCase(property.Name);
        PropertyName = property.Name;
        DisplayName = attributes.DisplayName ?? Words.Spaced(property.Name);
        ValueType = valueType;
        IsWrapped = isWrapped;
        Attributes = attributes;
        if (isWrapped)
        {
            _create = typeof(InputDescriptor).GetMethod(nameof(New), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(valueType)
                .CreateDelegate<Func<Expression?, Input>>();
        }
    }

    /// <summary>camelCase, as in the document.</summary>
    public string Name { get; }

    /// <summary>As in the activity's class; Elsa's messages use it.</summary>
    public string PropertyName { get; }

    /// <summary>Plain words for the form.</summary>
    public string DisplayName { get; }

    /// <summary>The type that values are converted to.</summary>
    public Type ValueType { get; }

    /// <summary>What documents call the type of its values.</summary>
    public string TypeName => TypeNames.Of(ValueType);

    /// <summary>Whether its value is an expression; false for plain JSON such as the cases of a switch.</summary>
    public bool IsWrapped { get; }

    /// <summary>What the author of the activity said about it.</summary>
    public InputAttribute Attributes { get; }

    /// <summary>The values to choose from; empty = free.</summary>
    public IReadOnlyList<string> Options =>
        Attributes.Options.Length > 0 ? Attributes.Options
        : (Nullable.GetUnderlyingType(ValueType) ?? ValueType) is { IsEnum: true } type ? Enum.GetNames(type)
        : [];

    internal Input Create(Expression? expression) => _create!(expression);

    private static Input<T> New<T>(Expression? expression) => new() { Expression = expression };
}
