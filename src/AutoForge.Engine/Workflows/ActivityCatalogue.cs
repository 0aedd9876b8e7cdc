using System.Collections.Frozen;
using System.Reflection;
using AutoForge.Activities;

namespace AutoForge.Engine.Workflows;

/// <summary>The activity types of this server. Made once at start; shared by everything.</summary>
public sealed class ActivityCatalogue
{
    private readonly FrozenDictionary<string, ActivityDescriptor> _byType;

    /// <summary>Reads the public, concrete classes with <see cref="ActivityAttribute"/>.</summary>
    /// <exception cref="InvalidOperationException">Two classes have the same type name, or one has no public constructor without parameters.</exception>
    public ActivityCatalogue(IEnumerable<Assembly> assemblies)
        : this(assemblies.SelectMany(assembly => assembly.GetExportedTypes())) { }

    internal ActivityCatalogue(IEnumerable<Type> types)
    {
        var byType = new Dictionary<string, ActivityDescriptor>(StringComparer.Ordinal);
        foreach (var type in types.Where(type => !type.IsAbstract && typeof(Activity).IsAssignableFrom(type)))
        {
            if (type.GetCustomAttribute<ActivityAttribute>() is not { } attribute)
                continue;
            if (!byType.TryAdd(attribute.TypeName, new(type, attribute)))
                throw new InvalidOperationException($"{type} and another class are both the activity type {attribute.TypeName}.");
        }

        _byType = byType.ToFrozenDictionary(StringComparer.Ordinal);
        All = [.. byType.Values.OrderBy(descriptor => descriptor.TypeName, StringComparer.Ordinal)];
    }

    /// <summary>Every type, by type name.</summary>
    public IReadOnlyList<ActivityDescriptor> All { get; }

    /// <summary>The type of that name (case-sensitive); null when this server does not have it.</summary>
    public ActivityDescriptor? Find(string typeName) => _byType.GetValueOrDefault(typeName);
}
