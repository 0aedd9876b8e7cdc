using System.Reflection;
using AutoForge.Activities;
using AutoForge.Workflows;

namespace AutoForge.Engine.Workflows;

/// <summary>A value that an activity type produces.</summary>
public sealed class OutputDescriptor
{
    private readonly Func<string?, Output> _create;

    internal OutputDescriptor(PropertyInfo property, Type valueType)
    {
        var attributes = property.GetCustomAttribute<OutputAttribute>() ?? new();
        PropertyName = property.Name;
        Key = Words.CamelCase(property.Name);
        Name = attributes.Name ?? Key;
        DisplayName = Words.Spaced(property.Name);
        Description = attributes.Description;
        ValueType = valueType;
        _create = typeof(OutputDescriptor).GetMethod(nameof(New), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(valueType)
            .CreateDelegate<Func<string?, Output>>();
    }

    /// <summary>camelCase, as in the document.</summary>
    public string Key { get; }

    /// <summary>As in the activity's class.</summary>
    public string PropertyName { get; }

    /// <summary>What later steps read it by: <c>steps.activity.name</c>.</summary>
    public string Name { get; }

    /// <summary>Plain words for the form.</summary>
    public string DisplayName { get; }

    /// <summary>One sentence.</summary>
    public string Description { get; }

    /// <summary>What documents call the type of the value.</summary>
    public string TypeName => TypeNames.Of(ValueType);

    /// <summary>Type of the value.</summary>
    public Type ValueType { get; }

    internal Output Create(string? target)
    {
        var output = _create(target);
        output.Name = Name;
        return output;
    }

    private static Output<T> New<T>(string? target) => new() { Target = target };
}
