using AutoForge.Activities;
using HandlebarsDotNet;

namespace AutoForge.Engine.Expressions.Templates;

/// <summary>A template with blocks or helpers. The compiled code is free of state, so runs share it.</summary>
internal sealed class HandlebarsTemplate : CompiledExpression
{
    private readonly Type _targetType;
    private readonly HandlebarsTemplate<TextWriter, object, object> _render;

    /// <exception cref="AutoForgeException"><c>template_invalid</c>.</exception>
    public HandlebarsTemplate(string text, Type targetType, TextEncoding encoding)
    {
        _targetType = targetType;
        try
        {
            using var reader = new StringReader(text);
            _render = HandlebarsSandbox.Create(encoding).Compile(reader);
        }
        catch (Exception exception) when (exception is HandlebarsException or InvalidOperationException or ArgumentException)
        {
            throw new AutoForgeException(TemplateParser.ErrorCode, $"The template cannot be read: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    public override ValueTask<object?> EvaluateAsync(ExpressionData data, CancellationToken cancellationToken)
    {
        using var writer = new TemplateWriter();
        try
        {
            _render(writer, new TemplateScope(data), null!);
        }
        catch (HandlebarsException exception)
        {
            throw new AutoForgeException("template_failed", $"The template cannot be filled in: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }

        return new(ValueConversion.Convert(writer.ToString(), _targetType));
    }
}
