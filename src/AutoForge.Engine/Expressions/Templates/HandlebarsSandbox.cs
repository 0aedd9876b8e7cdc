using System.Globalization;
using System.Text;
using AutoForge.Activities;
using HandlebarsDotNet;
using HandlebarsDotNet.Features;
using HandlebarsDotNet.Helpers;
using HandlebarsDotNet.Runtime;

namespace AutoForge.Engine.Expressions.Templates;

/// <summary>
/// Sets Handlebars up so that a template reaches JSON data and the fixed helpers, and nothing else: no reflection, no files,
/// no partials.
/// </summary>
/// <remarks>
/// Every template gets an environment of its own. Handlebars remembers each path it ever compiled in its environment;
/// a shared one would grow for as long as the server runs.
/// </remarks>
internal static class HandlebarsSandbox
{
    public static IHandlebars Create(TextEncoding encoding)
    {
        var configuration = new HandlebarsConfiguration
        {
            FormatProvider = CultureInfo.InvariantCulture,
            TextEncoder = new Encoder(encoding),
            PartialTemplateResolver = null!,
        };
        configuration.ObjectDescriptorProviders.Add(JsonDescriptor.Provider);
        configuration.FormatterProviders.Add(JsonFormatter.Instance);
        configuration.CompileTimeConfiguration.Features.Add(Lookup.Instance);
        foreach (var (name, helper) in TemplateFunctions.All)
            configuration.Helpers[name] = new DelegateReturnHelperWithOptionsDescriptor(name, helper);

        return Handlebars.Create(configuration);
    }

    /// <summary>Puts our own <c>lookup</c> in the place of the built-in one, which keeps every key it was ever asked for, and keys come from data.</summary>
    private sealed class Lookup : IFeatureFactory, IFeature
    {
        public static readonly Lookup Instance = new();

        public IFeature CreateFeature() => this;

        public void OnCompiling(ICompiledHandlebarsConfiguration configuration) =>
            configuration.Helpers["lookup"] = new Ref<IHelperDescriptor<HelperOptions>>(
                new DelegateReturnHelperWithOptionsDescriptor("lookup", TemplateFunctions.Lookup));

        public void CompilationCompleted()
        {
        }
    }

    private sealed class Encoder(TextEncoding encoding) : ITextEncoder
    {
        public void Encode(string? text, TextWriter target)
        {
            if (target is TemplateWriter writer)
                writer.WriteEncoded(text, encoding);
            else
                throw new NotSupportedException("Templates write to their own writer only.");
        }

        public void Encode(StringBuilder? text, TextWriter target) => Encode(text?.ToString(), target);

        public void Encode<T>(T? text, TextWriter target)
            where T : IEnumerator<char>
        {
            var all = new StringBuilder();
            while (text is not null && text.MoveNext())
                all.Append(text.Current);
            Encode(all.ToString(), target);
        }
    }
}
