using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using HandlebarsDotNet;
using HandlebarsDotNet.Compiler;
using HandlebarsDotNet.Iterators;
using HandlebarsDotNet.MemberAccessors;
using HandlebarsDotNet.ObjectDescriptors;
using HandlebarsDotNet.PathStructure;
using HandlebarsDotNet.ValueProviders;

namespace AutoForge.Engine.Expressions.Templates;

/// <summary>
/// How Handlebars looks into data. It answers for every type, so the descriptors that use reflection are never asked:
/// an object that is not JSON has no members.
/// </summary>
internal sealed class JsonDescriptor : IObjectDescriptorProvider, IMemberAccessor, IIterator
{
    public static readonly JsonDescriptor Provider = new();

    private readonly ObjectDescriptor _descriptor;

    private JsonDescriptor() =>
        _descriptor = new(typeof(JsonNode), this, (_, _) => Array.Empty<string>(), _ => this);

    public bool TryGetDescriptor(Type type, [NotNullWhen(true)] out ObjectDescriptor? value)
    {
        value = _descriptor;
        return true;
    }

    public bool TryGetValue(object instance, ChainSegment memberName, out object? value)
    {
        value = TemplateData.Member(instance, memberName.TrimmedValue);
        return value is not null;
    }

    public void Iterate(
        in EncodedTextWriter writer, BindingContext context, ChainSegment[] blockParamsVariables, object input,
        TemplateDelegate template, TemplateDelegate ifEmpty)
    {
        using var frame = context.CreateFrame();
        var count = input switch { JsonObject json => json.Count, JsonArray list => list.Count, _ => 0 };
        if (count == 0)
        {
            frame.Value = context.Value;
            ifEmpty(writer, frame);
            return;
        }

        var round = new Round(frame, count);
        if (input is JsonObject properties)
        {
            foreach (var (name, value) in properties)
            {
                round.Next(name, value);
                template(writer, frame);
            }
        }
        else
        {
            foreach (var value in (JsonArray)input)
            {
                round.Next(null, value);
                template(writer, frame);
            }
        }
    }

    /// <summary>What <c>this</c>, <c>@index</c>, <c>@key</c>, <c>@first</c> and <c>@last</c> are in one round of a loop.</summary>
    private ref struct Round(BindingContext frame, int count)
    {
        private readonly TemplateScope _scope = frame.Data.Value<TemplateScope>(ChainSegment.Root)!;
        private IteratorValues _values = new(frame);
        private int _index = -1;

        public void Next(string? name, JsonNode? node)
        {
            _scope.CountRound();
            _index++;

            _values.Index = _index;
            _values.Key = name is null ? _index : name;
            _values.First = _index == 0;
            _values.Last = _index == count - 1;

            // Handlebars takes @value for a property "value" that is missing; missing must stay missing.
            _values.Value = null;
            frame.Value = TemplateData.Open(node);
        }
    }
}
