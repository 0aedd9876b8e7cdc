using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Expressions;

namespace AutoForge.Engine.Tests.Expressions;

public sealed class TemplateLimitTests
{
    [Theory]
    [InlineData("{{ a", "Line 1: A place is opened by {{ and never closed by }}.")]
    [InlineData("a\nb {{#if x}}\nc", "Line 2: {{#if}} is never closed by {{/if}}.")]
    [InlineData("{{#if x}}\n{{#each y}}{{/if}}", "Line 2: {{/if}} closes nothing that is open here.")]
    [InlineData("{{/if}}", "Line 1: {{/if}} closes nothing that is open here.")]
    [InlineData("{{else}}", "Line 1: {{else}} stands outside of a block.")]
    [InlineData("{{#each a}}{{else if b}}{{/each}}", "Line 1: Write {{else}} or, inside {{#if}}, {{else if value}}.")]
    [InlineData("{{}}", "Line 1: A place is empty: write a path or a helper between {{ and }}.")]
    [InlineData("{{ }}", "Line 1: A place is empty: write a path or a helper between {{ and }}.")]
    [InlineData("{{> partial}}", "Line 1: '>' is not available here.")]
    [InlineData("{{#> partial}}{{/partial}}", "Line 1: There is no block '>'. Blocks are if, unless, each, with.")]
    [InlineData("{{#*inline \"a\"}}{{/inline}}", "Line 1: There is no block '*inline'. Blocks are if, unless, each, with.")]
    [InlineData("{{* decorator}}", "Line 1: '*' is not available here.")]
    [InlineData("{{^x}}{{/x}}", "Line 1: '^' is not available here.")]
    [InlineData("{{&x}}", "Line 1: '&' is not available here.")]
    [InlineData("{{{{raw}}}}{{{{/raw}}}}", "Line 1: Raw blocks ({{{{ }}}}) are not available.")]
    [InlineData("{{!< layout}}", "Line 1: Layouts are not available.")]
    [InlineData("{{! never", "Line 1: The comment is never closed.")]
    [InlineData("{{#foo}}{{/foo}}", "Line 1: There is no block 'foo'. Blocks are if, unless, each, with.")]
    [InlineData("{{foo x}}", "Line 1: There is no helper 'foo'.")]
    [InlineData("{{upper (foo x)}}", "Line 1: There is no helper 'foo'.")]
    [InlineData("{{upper a b}}", "Line 1: The helper 'upper' does not take 2 values.")]
    [InlineData("{{upper (eq a)}}", "Line 1: The helper 'eq' does not take 1 values.")]
    [InlineData("{{#if}}{{/if}}", "Line 1: {{#if}} needs one value.")]
    [InlineData("{{upper x=1}}", "Line 1: Named arguments (name=value) are not available.")]
    [InlineData("{{upper (lower a}}", "Line 1: A parenthesis is not closed.")]
    [InlineData("{{upper 'a}}", "Line 1: A text in quotes is not closed.")]
    [InlineData("{{a.[b}}", "Line 1: A name in brackets is not closed by ].")]
    [InlineData("{{{a}}", "Line 1: A place that is opened by 3 braces needs 3 to close.")]
    [InlineData("{{#each a as |b|}}{{/each}}", "Line 1: Named block parameters (as |item|) are not available; use this, @index, @key and ../ instead.")]
    [InlineData("{{log 'x'}}", "Line 1: There is no helper 'log'.")]
    [InlineData("{{helperMissing 'x'}}", "Line 1: There is no helper 'helperMissing'.")]
    public void Compile_WhatIsNotOffered_IsRefusedWithItsLine(string template, string message)
    {
        var exception = Refused(template);

        Assert.Equal("template_invalid", exception.Code);
        Assert.Equal(message, exception.Message);
    }

    [Fact]
    public void Compile_EndlessNestingAndLength_IsRefused()
    {
        Assert.Contains("32 deep", Refused(Repeat("{{#if a}}", 33) + Repeat("{{/if}}", 33)).Message, StringComparison.Ordinal);
        Assert.Contains("8 deep", Refused("{{not " + Repeat("(not ", 9) + "a" + new string(')', 9) + "}}").Message, StringComparison.Ordinal);
        Assert.Contains("32 branches", Refused("{{#if a}}" + Repeat("{{else if a}}", 33) + "{{/if}}").Message, StringComparison.Ordinal);
        Assert.Contains("64 KB", Refused("{{a}}" + new string('x', 64 * 1024)).Message, StringComparison.Ordinal);
        Assert.Contains("500 places", Refused(Repeat("{{a}}", 501)).Message, StringComparison.Ordinal);
        Assert.Contains("500 places", Refused(Repeat("{{not (not a)}}", 251)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_DeepestAllowed_Works()
    {
        var data = JsonExpressionData.Body(true);

        Assert.Equal("x", data.Render(Repeat("{{#if trigger.body}}", 32) + "x" + Repeat("{{/if}}", 32)));
        Assert.Equal("true", data.Render("{{not " + Repeat("(not ", 8 - 1) + "trigger.body" + new string(')', 8 - 1) + "}}"));
    }

    [Theory]
    [InlineData("{{trigger.body}}{{trigger.body}}", TextEncoding.None)]
    [InlineData("{{trigger.body}}", TextEncoding.Json)]
    [InlineData("{{trigger.body}}", TextEncoding.Url)]
    [InlineData("{{trigger.body}}", TextEncoding.Html)]
    [InlineData("{{#if true}}{{trigger.body}}{{trigger.body}}{{/if}}", TextEncoding.None)]
    [InlineData("{{#if true}}{{trigger.body}}{{/if}}", TextEncoding.Json)]
    public void Evaluate_ResultAboveOneMegabyte_IsStopped(string template, TextEncoding encoding)
    {
        var data = JsonExpressionData.Body(new string('<', 600 * 1024));

        Assert.Equal("result_too_large", Assert.Throws<AutoForgeException>(() => data.Render(template, encoding)).Code);
    }

    [Fact]
    public void Evaluate_ResultOfExactlyOneMegabyte_IsWritten() =>
        Assert.Equal(1024 * 1024, JsonExpressionData.Body(new string('x', 512 * 1024)).Render("{{trigger.body}}{{trigger.body}}")!.Length);

    [Fact]
    public void Evaluate_NestedLoopsWithoutOutput_AreStopped()
    {
        var data = JsonExpressionData.Body(new JsonArray([.. Enumerable.Range(0, 1000).Select(number => JsonValue.Create(number))]));

        var exception = Assert.Throws<AutoForgeException>(() => data.Render("{{#each trigger.body}}{{#each @root.trigger.body}}{{#each @root.trigger.body}}{{/each}}{{/each}}{{/each}}"));

        Assert.Equal("result_too_large", exception.Code);
    }

    [Fact]
    public void Evaluate_HelpersOnMuchTextInALoop_AreStopped()
    {
        var data = JsonExpressionData.Body(new JsonObject
        {
            ["text"] = new string('x', 500_000),
            ["list"] = new JsonArray([.. Enumerable.Range(0, 5000).Select(number => JsonValue.Create(number))]),
        });

        var exception = Assert.Throws<AutoForgeException>(() => data.Render("{{#each trigger.body.list}}{{#if (eq @root.trigger.body.text 'y')}}{{/if}}{{/each}}"));

        Assert.Equal("result_too_large", exception.Code);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void Compile_RandomTemplates_FailReadablyOrNotAtAll(int seed)
    {
        string[] pieces = ["{{", "}}", "{{{", "}}}", "#if ", "/if", "else", "#each ", "/each", "trigger", ".", "body", "[", "]", "(", ")", "'", "\"", " ", "\n", "~", "|", "as", "0", "-1", "@index", "../", "this", "upper ", "eq ", "=", "!", "!--", "--", "x", "\\", "null", "é"];
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var template = "{{" + string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => pieces[random.Next(pieces.Length)]));
            try
            {
                JsonExpressionData.Body("b").Render(template);
            }
            catch (AutoForgeException exception)
            {
                Assert.False(string.IsNullOrWhiteSpace(exception.Message), $"seed {seed}, template {template}");
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}, template {template}: {exception}");
            }
        }
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static AutoForgeException Refused(string template) => Assert.Throws<AutoForgeException>(
        () => JsonExpressionData.Compiler.Compile(Expression.Template(template), typeof(string), TextEncoding.None));
}
