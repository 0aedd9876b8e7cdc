using System.Reflection;
using System.Text.Json.Serialization;
using AutoForge.Activities;

namespace AutoForge.Engine.Workflows;

/// <summary>An activity type: what the toolbox shows of it, and how its instances are made.</summary>
public sealed class ActivityDescriptor
{
    private readonly ConstructorInvoker _constructor;

    internal ActivityDescriptor(Type type, ActivityAttribute attribute)
    {
        _constructor = ConstructorInvoker.Create(type.GetConstructor(Type.EmptyTypes)
            ?? throw new InvalidOperationException($"{type} needs a public constructor without parameters."));

        TypeName = attribute.TypeName;
        var name = TypeName[(TypeName.LastIndexOf('.') + 1)..];
        DisplayName = attribute.DisplayName ?? Words.Spaced(name);
        Description = attribute.Description;
        Category = attribute.Category;
        Outcomes = attribute.Outcomes;
        PriceCents = attribute.PriceCents;
        IsTrigger = typeof(Trigger).IsAssignableFrom(type);
        IsContainer = typeof(Container).IsAssignableFrom(type);
        IsStep = !attribute.Structural;
        IsBrowsable = !attribute.Structural && !attribute.Hidden;
        HasEffect = CanHaveEffect(type);
        IsRecorded = attribute.Recorded || HasEffect;
        Properties = [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanRead && property.CanWrite && property.GetIndexParameters().Length == 0)
            .Where(property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null)
            .Select(property => new ActivityProperty(property))];
        Inputs = [.. Properties.Select(property => property.Input).OfType<InputDescriptor>().OrderBy(input => input.Attributes.Order)];
        Outputs = [.. Properties.Select(property => property.Output).OfType<OutputDescriptor>()];
        Ports = [.. Properties.Where(property => property.Kind == PropertyKind.Child).Select(property => property.Name)];
    }

    /// <summary>As in the document: <c>namespace.name</c>.</summary>
    public string TypeName { get; }

    /// <summary>Plain words for the toolbox.</summary>
    public string DisplayName { get; }

    /// <summary>One sentence for the toolbox.</summary>
    public string Description { get; }

    /// <summary>Toolbox group.</summary>
    public string Category { get; }

    /// <summary>Ways out.</summary>
    public IReadOnlyList<string> Outcomes { get; }

    /// <summary>List price in US cents.</summary>
    public int PriceCents { get; }

    /// <summary>Whether it starts runs.</summary>
    public bool IsTrigger { get; }

    /// <summary>Whether it runs other activities.</summary>
    public bool IsContainer { get; }

    /// <summary>Whether the toolbox shows it.</summary>
    public bool IsBrowsable { get; }

    /// <summary>Its fields, in the order of the form.</summary>
    public IReadOnlyList<InputDescriptor> Inputs { get; }

    /// <summary>What later steps can read of it.</summary>
    public IReadOnlyList<OutputDescriptor> Outputs { get; }

    /// <summary>Names of properties that hold one activity each, such as <c>then</c>.</summary>
    public IReadOnlyList<string> Ports { get; }

    /// <summary>Whether it can do something outside the run.</summary>
    public bool HasEffect { get; }

    /// <summary>Whether its executions are shown as steps.</summary>
    internal bool IsStep { get; }

    /// <summary>Whether a stored result is taken as it stands when a run is walked again, instead of executing once more.</summary>
    internal bool IsRecorded { get; }

    internal IReadOnlyList<ActivityProperty> Properties { get; }

    internal Activity Create()
    {
        var activity = (Activity)_constructor.Invoke();
        activity.Type = TypeName;
        return activity;
    }

    // Only an activity that overrides EffectOf can ever have an effect.
    private static bool CanHaveEffect(Type type) =>
        type.GetMethod(nameof(Activity.EffectOf), [typeof(ActivityContext)])!.DeclaringType != typeof(Activity);
}
