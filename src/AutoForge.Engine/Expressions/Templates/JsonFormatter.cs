using System.Diagnostics.CodeAnalysis;
using HandlebarsDotNet;
using HandlebarsDotNet.IO;

namespace AutoForge.Engine.Expressions.Templates;

/// <summary>How Handlebars writes a value that is not a string. It answers for every type: an object that is not data writes nothing.</summary>
internal sealed class JsonFormatter : IFormatterProvider, IFormatter
{
    public static readonly JsonFormatter Instance = new();

    public bool TryCreateFormatter(Type type, [NotNullWhen(true)] out IFormatter? formatter)
    {
        formatter = this;
        return true;
    }

    public void Format<T>(T value, in EncodedTextWriter writer)
    {
        if (TemplateData.Text(value) is { } text)
            writer.Write(text, encode: value is not RawText);
    }
}
