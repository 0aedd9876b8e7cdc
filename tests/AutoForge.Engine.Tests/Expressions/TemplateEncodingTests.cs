using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Activities;

namespace AutoForge.Engine.Tests.Expressions;

public sealed class TemplateEncodingTests
{
    private const string Block = "{{#if nothing}}{{/if}}";

    [Theory]
    [InlineData(TextEncoding.None, "a\"b", "a\"b")]
    [InlineData(TextEncoding.Json, "a\"b\\c", "a\\u0022b\\\\c")]
    [InlineData(TextEncoding.Json, "</script>", "\\u003C/script\\u003E")]
    [InlineData(TextEncoding.Json, "a\r\nb\0", "a\\r\\nb\\u0000")]
    [InlineData(TextEncoding.Json, "größer", "größer")]
    [InlineData(TextEncoding.Json, "{{x}}", "{{x}}")]
    [InlineData(TextEncoding.Url, "a b&c=d/e?f#g+h%", "a%20b%26c%3Dd%2Fe%3Ff%23g%2Bh%25")]
    [InlineData(TextEncoding.Url, "A-z_0.9~", "A-z_0.9~")]
    [InlineData(TextEncoding.Url, "é🚀\r\n", "%C3%A9%F0%9F%9A%80%0D%0A")]
    [InlineData(TextEncoding.Html, "<a href=\"x\" t='y'>&", "&lt;a href=&quot;x&quot; t=&#x27;y&#x27;&gt;&amp;")]
    [InlineData(TextEncoding.Html, "Größe", "Größe")]
    public void Evaluate_HostileValue_IsEncodedForItsPlace(TextEncoding encoding, string value, string expected)
    {
        var data = JsonExpressionData.Body(value);

        Assert.Equal($"<{expected}>", data.Render("<{{trigger.body}}>", encoding));
        Assert.Equal($"<{expected}>", data.Render("<{{trigger.body}}>" + Block, encoding));
        Assert.Equal($"<{value}>", data.Render("<{{{trigger.body}}}>", encoding));
        Assert.Equal($"<{value}>", data.Render("<{{{trigger.body}}}>" + Block, encoding));
    }

    [Fact]
    public void Evaluate_ObjectInsideJsonString_CannotBreakOut()
    {
        var data = JsonExpressionData.Body(new JsonObject { ["a"] = "\"},{\"" });

        var body = JsonNode.Parse(data.Render("""{"text": "{{trigger.body}}", "data": {{json trigger.body}}}""", TextEncoding.Json)!)!;

        Assert.Equal("""{"a":"\"},{\""}""", (string?)body["text"]);
        Assert.Equal("\"},{\"", (string?)body["data"]!["a"]);
    }

    [Fact]
    public void Evaluate_JsonHelperInsideHtml_KeepsMarkupEscaped()
    {
        var data = JsonExpressionData.Body("</script><script>");

        Assert.DoesNotContain('<', data.Render("{{json trigger.body}}", TextEncoding.Html)!);
    }

    [Theory]
    [InlineData("", 20260329)]
    [InlineData(Block, 1)]
    public void Evaluate_RandomText_SurvivesEveryEncoding(string suffix, int seed)
    {
        var json = JsonExpressionData.Template("""{"a": "{{trigger.body}}", "b": ["x{{ trigger.body }}y", {{json trigger.body}}]}""" + suffix, TextEncoding.Json);
        var url = JsonExpressionData.Template("{{trigger.body}}" + suffix, TextEncoding.Url);
        var html = JsonExpressionData.Template("{{trigger.body}}" + suffix, TextEncoding.Html);
        var plain = JsonExpressionData.Template("{{trigger.body}}" + suffix);

        var random = new Random(seed);
        for (var round = 0; round < 2_000; round++)
        {
            var text = RandomText.Next(random);
            var data = JsonExpressionData.Body(text);
            var because = $"seed {seed}, round {round}";

            var body = JsonNode.Parse((string)data.Evaluate(json)!)!.AsObject();
            Assert.True(body.Count == 2 && body["b"]!.AsArray().Count == 2, because);
            Assert.True(text == (string?)body["a"] && $"x{text}y" == (string?)body["b"]![0] && text == (string?)body["b"]![1], because);

            var query = (string)data.Evaluate(url)!;
            Assert.True(Uri.UnescapeDataString(query) == text && query.All(letter => char.IsAsciiLetterOrDigit(letter) || "-._~%".Contains(letter, StringComparison.Ordinal)), because);

            var markup = (string)data.Evaluate(html)!;
            Assert.True(WebUtility.HtmlDecode(markup) == text && markup.AsSpan().IndexOfAny("<>\"'") < 0, because);

            Assert.True((string)data.Evaluate(plain)! == text, because);
        }
    }

    [Theory]
    [InlineData(TextEncoding.Json)]
    [InlineData(TextEncoding.Url)]
    [InlineData(TextEncoding.Html)]
    public void Evaluate_HalfASurrogatePair_IsReplacedNotThrown(TextEncoding encoding)
    {
        var text = JsonExpressionData.Body("a\ud800b").Render("{{trigger.body}}", encoding)!;

        Assert.DoesNotContain('\ud800', text);
        Assert.StartsWith("a", text, StringComparison.Ordinal);
    }
}
