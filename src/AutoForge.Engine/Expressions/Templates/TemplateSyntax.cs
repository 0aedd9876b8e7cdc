namespace AutoForge.Engine.Expressions.Templates;

/// <summary>A template that was read and found well-formed.</summary>
/// <param name="Parts">Texts and places in order; complete only when <paramref name="IsPlain"/>.</param>
/// <param name="IsPlain">Nothing but text and paths.</param>
/// <param name="Source">The template as Handlebars.Net must read it.</param>
internal sealed record TemplateSyntax(IReadOnlyList<TemplatePart> Parts, bool IsPlain, string Source)
{
    /// <summary>The path, when the template is one place with nothing but white space around it.</summary>
    public TemplatePath? WholePath
    {
        get
        {
            if (!IsPlain)
                return null;

            TemplatePath? only = null;
            foreach (var part in Parts)
            {
                if (part.Path is null ? !string.IsNullOrWhiteSpace(part.Text) : only is not null)
                    return null;
                only ??= part.Path;
            }

            return only;
        }
    }
}

/// <summary>A fixed text, or a place that a value is inserted at.</summary>
/// <param name="Text">The text; empty for a place.</param>
/// <param name="Path">What is inserted; null for a text.</param>
/// <param name="IsRaw">Written as is (<c>{{{ }}}</c>).</param>
internal readonly record struct TemplatePart(string Text, TemplatePath? Path = null, bool IsRaw = false);
