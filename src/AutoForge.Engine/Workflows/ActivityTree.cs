using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AutoForge.Activities;

namespace AutoForge.Engine.Workflows;

/// <summary>Makes the activities of one document. Used once.</summary>
internal sealed class ActivityTree(ActivityCatalogue catalogue, InputBinder binder)
{
    /// <summary>How many activities a workflow may have, containers included.</summary>
    public const int MaxActivities = 200;

    private static readonly JsonSerializerOptions Raw = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(), new SkippedActivity() },
    };

    private readonly NodePaths _paths = new();

    public List<CompiledActivity> Activities { get; } = [];
    public List<WorkflowProblem> Problems { get; } = [];

    /// <exception cref="AutoForgeException"><c>too_many_steps</c>.</exception>
    public Activity Add(JsonObject node, Activity? parent)
    {
        if (Activities.Count == MaxActivities)
            throw new AutoForgeException("too_many_steps", $"A workflow can have at most {MaxActivities} activities.");

        var type = node.Text("type") ?? "";
        var descriptor = catalogue.Find(type);
        var activity = descriptor?.Create() ?? new UnknownActivity((JsonObject)node.DeepClone()) { Type = type };
        (activity.Id, activity.NodeId) = _paths.Add(node.Text("id"), parent?.NodeId);
        activity.Name = node.Text("name");
        activity.Parent = parent;
        if (node["customProperties"] is JsonObject custom)
            activity.CustomProperties = (JsonObject)custom.DeepClone();

        var compiled = new CompiledActivity(Activities.Count, activity, descriptor);
        Activities.Add(compiled);
        if (descriptor is null)
        {
            Problems.Add(new(activity.Id, "type", $"There is no activity type '{type}' on this server."));
            return activity;
        }

        // Plain values first: how a template encodes may depend on them.
        foreach (var property in descriptor.Properties)
            Fill(activity, property, node);
        compiled.Inputs = binder.Bind(activity, node, descriptor.Properties);
        compiled.Outputs = [.. descriptor.Properties.Where(property => property.Kind == PropertyKind.Output).Select(property => (Output)property.Get(activity)!)];
        return activity;
    }

    private void Fill(Activity activity, ActivityProperty property, JsonObject node)
    {
        var value = node[property.Name];
        switch (property.Kind)
        {
            case PropertyKind.Output:
                var target = (value as JsonObject)?["memoryReference"] as JsonObject;
                property.Set(activity, property.Output!.Create(target?.Text("id")));
                break;

            case PropertyKind.Child when value is JsonObject child:
                property.Set(activity, Add(child, activity));
                break;

            case PropertyKind.Children:
                property.Set(activity, new List<Activity>((value as JsonArray ?? []).OfType<JsonObject>().Select(child => Add(child, activity))));
                break;

            case PropertyKind.Variables:
                property.Set(activity, VariableReader.Read(value));
                break;

            case PropertyKind.Holders when value is JsonArray items:
                FillHolders(activity, property, items);
                break;

            case PropertyKind.Raw when value is not null && Deserialize(activity, property, value, property.PropertyType) is { } raw:
                property.Set(activity, raw);
                break;
        }
    }

    private void FillHolders(Activity activity, ActivityProperty property, JsonArray items)
    {
        var holders = (IList)Activator.CreateInstance(property.PropertyType)!;
        foreach (var item in items.OfType<JsonObject>())
        {
            if (Deserialize(activity, property, item, property.ItemType) is not { } holder)
                continue;

            foreach (var port in property.ItemChildren)
            {
                if (item[Words.CamelCase(port.Name)] is JsonObject child)
                    port.SetValue(holder, Add(child, activity));
            }

            holders.Add(holder);
        }

        property.Set(activity, holders);
    }

    private object? Deserialize(Activity activity, ActivityProperty property, JsonNode value, Type type)
    {
        try
        {
            return value.Deserialize(type, Raw);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or FormatException)
        {
            Problems.Add(new(activity.Id, property.Name, "This is not written in the form that the activity expects."));
            return null;
        }
    }

    // Activities inside plain values are made by Add, which gives them their place in the tree.
    private sealed class SkippedActivity : JsonConverter<Activity>
    {
        public override Activity? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            reader.Skip();
            return null;
        }

        public override void Write(Utf8JsonWriter writer, Activity value, JsonSerializerOptions options) => throw new NotSupportedException();
    }
}
