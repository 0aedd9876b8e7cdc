using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Expressions;

namespace AutoForge.Engine.Tests.Expressions;

public sealed class TemplateTests
{
    private readonly JsonExpressionData _data = JsonExpressionData.Parse(
        """
        {
          "trigger": {
            "body": {
              "name": "Ann", "total": 12.50, "big": 1e5, "zero": 0, "yes": true, "no": false, "nothing": null, "empty": "", "none": [],
              "items": [{"name": "A", "key": "k1", "value": "v1", "date": "d1"}, {"name": "B", "Name": "C"}],
              "nested": {"a": {"b": [1, 2, [3]]}}, "length": "long", "flag": "true", "ids": "[1,2]", "x.y": "dot"
            },
            "headers": {"x-request-id": "r1"}
          },
          "steps": {"HTTP Request": {"body": {"id": 7}}, "a/b": {"c": 1}},
          "variables": {"größe": "XL"}
        }
        """);

    [Theory]
    [InlineData("Hello {{ trigger.body.name }}!", "Hello Ann!")]
    [InlineData("{{trigger.body.total}} {{trigger.body.big}} {{trigger.body.zero}}", "12.50 1e5 0")]
    [InlineData("{{trigger.body.yes}}/{{trigger.body.no}}/{{trigger.body.nothing}}/{{trigger.body.empty}}", "true/false//")]
    [InlineData("{{trigger.body.nested}} {{trigger.body.none}}", """{"a":{"b":[1,2,[3]]}} []""")]
    [InlineData("{{trigger.body.items.[1].name}}{{trigger.body.items.0.name}}", "BA")]
    [InlineData("{{trigger.body.nested.a.b.2.0}}", "3")]
    [InlineData("{{trigger.body.items.length}}{{trigger.body.length}}", "2long")]
    [InlineData("{{steps.[HTTP Request].body.id}}", "7")]
    [InlineData("{{steps.[a/b].c}}{{trigger.body.[x.y]}}", "1dot")]
    [InlineData("{{trigger.headers.x-request-id}}", "r1")]
    [InlineData("{{variables.größe}}", "XL")]
    [InlineData("{{{trigger.body.name}}}", "Ann")]
    [InlineData(@"\{{x}} and \\{{trigger.body.name}}", @"{{x}} and \Ann")]
    [InlineData("a } b { c }} d", "a } b { c }} d")]
    [InlineData("{\"a\": {\"b\": {{steps.[HTTP Request].body.id}}}}", "{\"a\": {\"b\": 7}}")]
    public void Evaluate_Paths_InsertTheirValues(string template, string expected) => BothWays(expected, template);

    [Theory]
    [InlineData("{{trigger.body.missing}}")]
    [InlineData("{{trigger.body.missing.deeper.still}}")]
    [InlineData("{{trigger.body.name.length}}")]
    [InlineData("{{trigger.body.items.[9].name}}")]
    [InlineData("{{trigger.body.items.[-1].name}}")]
    [InlineData("{{trigger.body.items.name}}")]
    [InlineData("{{nowhere}}")]
    [InlineData("{{nowhere.at.all}}")]
    [InlineData("{{trigger.body.Name}}")]
    [InlineData("{{trigger.__proto__}}{{trigger.constructor}}{{trigger.body.toString}}{{trigger.GetType}}{{trigger.body.Count}}")]
    [InlineData("{{trigger.body.items.Count}}{{trigger.body.items.Parent}}{{trigger.body.items.Root}}{{trigger.Options}}")]
    [InlineData("{{trigger.body.[]}}")]
    [InlineData("{{constructor.constructor}}")]
    public void Evaluate_MissingValues_InsertNothing(string template) => BothWays("", template);

    [Theory]
    [InlineData("{{#if trigger.body.yes}}a{{else}}b{{/if}}{{#if trigger.body.zero}}a{{else}}b{{/if}}{{#if trigger.body.none}}a{{else}}b{{/if}}{{#if trigger.body.empty}}a{{else}}b{{/if}}{{#if trigger.body.gone}}a{{else}}b{{/if}}", "abbbb")]
    [InlineData("{{#if trigger.body.no}}1{{else if trigger.body.yes}}2{{else}}3{{/if}}", "2")]
    [InlineData("{{#unless trigger.body.no}}u{{/unless}}", "u")]
    [InlineData("{{#each trigger.body.items}}{{@index}}{{name}}{{#unless @last}},{{/unless}}{{/each}}", "0A,1B")]
    [InlineData("{{#each trigger.body.items}}{{@index}}{{#each ../trigger.body.nested.a.b}}{{@index}}{{@key}}{{@first}}{{@../index}}{{/each}}{{@index}}{{@last}};{{/each}}", "000true011false022false00false;100true111false122false11true;")]
    [InlineData("{{#each trigger.body.nested.a}}{{@key}}:{{this}}{{/each}}", "b:[1,2,[3]]")]
    [InlineData("{{#each trigger.body.gone}}x{{else}}none{{/each}}{{#each trigger.body.none}}x{{else}}none{{/each}}{{#each trigger.body.name}}x{{else}}none{{/each}}", "nonenonenone")]
    [InlineData("{{#each trigger.body.items}}{{key}}={{value}}/{{date}};{{/each}}", "k1=v1/d1;=/;")]
    [InlineData("{{#each trigger.body.items}}{{Name}}{{/each}}", "C")]
    [InlineData("{{#with trigger.body}}{{name}}{{../trigger.headers.x-request-id}}{{@root.trigger.body.total}}{{/with}}", "Annr112.50")]
    [InlineData("{{#with trigger.gone}}x{{else}}y{{/with}}", "y")]
    [InlineData("{{#each trigger.body.nested.a.b}}{{#each ../trigger.body.items}}{{name}}{{/each}}{{/each}}", "ABABAB")]
    [InlineData("{{! a }} {{!-- {{b}} --}}x", " x")]
    [InlineData("a  {{~trigger.body.name~}}  b", "aAnnb")]
    [InlineData("{{#if trigger.body.big}}{{trigger.body.big}}{{/if}}", "1e5")]
    [InlineData("{{this}}{{json this}}", "null")]
    [InlineData("{{json\t1\n~}} | {{eq 1\t1}} | {{upper(lower 'A b' )}} | {{eq 'it\\'s' \"it's\"}}", "1| true | A B | true")]
    [InlineData("{\"a\": {{json trigger.body.zero}}}", "{\"a\": 0}")]
    [InlineData("{{#if trigger.body.yes}}}{{else}}}{{/if}}}}", "}}}")]
    [InlineData("{{#each trigger.body.items}}{{{name}}}}{{/each~}}} x {{json 1~}}} y", "A}B}} x 1} y")]
    public void Evaluate_Blocks_FollowHandlebars(string template, string expected) => Assert.Equal(expected, _data.Render(template));

    [Theory]
    [InlineData("{{trigger.body.items}}", typeof(JsonArray))]
    [InlineData(" {{ trigger.body.items }} ", typeof(object))]
    [InlineData("{{{ trigger.body.items }}}", typeof(JsonNode))]
    public void Evaluate_WholePath_PassesListsThrough(string template, Type target) =>
        Assert.Equal(2, Assert.IsType<JsonArray>(_data.Evaluate(Expression.Template(template), target)).Count);

    [Fact]
    public void Evaluate_Result_IsConvertedToItsTarget()
    {
        Assert.Equal(true, Value("{{trigger.body.flag}}", typeof(bool)));
        Assert.Equal(true, Value("{{#if trigger.body.yes}}true{{/if}}", typeof(bool)));
        Assert.Equal(7, Value("{{steps.[HTTP Request].body.id}}", typeof(int)));
        Assert.Equal(127, Value("12{{steps.[HTTP Request].body.id}}", typeof(int)));
        Assert.Equal([1, 2], (List<int>)Value("{{trigger.body.ids}}", typeof(List<int>))!);
        Assert.Equal(["Ann", "true"], (List<string>)Value("[\"{{trigger.body.name}}\", \"{{trigger.body.yes}}\"]", typeof(List<string>))!);
        Assert.Equal(12.50m, Value("{{trigger.body.total}}", typeof(object)));
        Assert.Equal("12.50", Value("{{trigger.body.total}}", typeof(string)));
        Assert.Null(Value("{{trigger.body.gone}}", typeof(int)));
        Assert.Equal("value_conversion", Assert.Throws<AutoForgeException>(() => Value("{{trigger.body.name}}", typeof(int))).Code);
    }

    [Fact]
    public void Compile_TextWithoutPlaces_IsALiteral()
    {
        Assert.Equal(TimeSpan.FromSeconds(5), Value("00:00:05", typeof(TimeSpan)));
        Assert.Equal("expression_invalid", Assert.Throws<AutoForgeException>(() => Value("soon", typeof(TimeSpan))).Code);
        Assert.Equal("", _data.Render(""));
    }

    [Fact]
    public void Evaluate_ListWrittenAsJson_TakesNoEntriesFromData()
    {
        var data = JsonExpressionData.Body("a\", \"mallory@example.com");

        var list = (List<string>)data.Evaluate(Expression.Template("[\"{{trigger.body}}\"]"), typeof(List<string>))!;

        Assert.Equal(["a\", \"mallory@example.com"], list);
    }

    [Fact]
    public void Evaluate_TemplateInData_IsNotExpandedAgain()
    {
        var data = JsonExpressionData.Body(new JsonObject { ["a"] = "{{trigger.body.secret}}", ["secret"] = "s3cret" });

        Assert.Equal("{{trigger.body.secret}}", data.Render("{{trigger.body.a}}"));
        Assert.Equal("{{trigger.body.secret}}", data.Render("{{#if true}}{{{trigger.body.a}}}{{/if}}"));
        Assert.Equal("{{TRIGGER.BODY.SECRET}}", data.Render("{{upper trigger.body.a}}"));
    }

    [Fact]
    public void Evaluate_ClrObjectInData_ExposesNothing()
    {
        var data = JsonExpressionData.Body(new JsonObject { ["o"] = JsonValue.Create(new Account("s3cret")) });

        Assert.Equal("|", data.Render("{{trigger.body.o.Secret}}|{{trigger.body.o}}"));
        Assert.Equal("|||", data.Render("{{#with trigger.body.o}}{{Secret}}{{/with}}|{{#each trigger.body.o}}{{this}}{{/each}}|{{lookup trigger.body.o 'Secret'}}|{{upper trigger.body.o}}"));
    }

    [Fact]
    public async Task Evaluate_ManyThreadsAtOnce_NeverMixTheirData()
    {
        var compiled = JsonExpressionData.Compiler.Compile(
            Expression.Template("{{#each trigger.body.items}}{{@index}}{{this}}{{@root.trigger.body.who}}{{/each}}{{upper trigger.body.who}}"), typeof(string), TextEncoding.Json);

        await Parallel.ForEachAsync(Enumerable.Range(0, 4_000), TestContext.Current.CancellationToken, async (number, cancellationToken) =>
        {
            var data = JsonExpressionData.Body(new JsonObject { ["who"] = $"w{number}", ["items"] = new JsonArray($"a{number}", $"b{number}") });
            Assert.Equal($"0a{number}w{number}1b{number}w{number}W{number}", await compiled.EvaluateAsync(data, cancellationToken));
        });
    }

    private object? Value(string template, Type target) => _data.Evaluate(Expression.Template(template), target);

    // An empty block makes Handlebars run the same template that otherwise is written directly.
    private void BothWays(string expected, string template)
    {
        Assert.Equal(expected, _data.Render(template));
        Assert.Equal(expected, _data.Render(template + "{{#if nothing}}{{/if}}"));
    }

    private sealed record Account(string Secret);
}
