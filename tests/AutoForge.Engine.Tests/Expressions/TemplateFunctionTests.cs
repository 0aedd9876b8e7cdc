namespace AutoForge.Engine.Tests.Expressions;

public sealed class TemplateHelperTests
{
    private readonly JsonExpressionData _data = JsonExpressionData.Parse(
        """
        {"trigger": {"body": {
          "name": " Ann ", "total": 1234.5, "count": "10", "zero": 0, "no": false, "empty": "", "list": ["a", 2, null, true], "when": "2026-03-29T00:30:00Z",
          "seconds": 1774744200, "millis": 1774744200000, "object": {"b": 1, "a": [1]}, "same": {"a": [1], "b": 1}, "key": "name"
        }}}
        """);

    [Theory]
    [InlineData("{{json trigger.body.list}}", """["a",2,null,true]""")]
    [InlineData("{{json trigger.body.name}}|{{json trigger.body.gone}}|{{json trigger.body.total}}|{{json trigger.body.no}}|{{json 'x'}}", "\" Ann \"|null|1234.5|false|\"x\"")]
    [InlineData("{{default trigger.body.gone 'x'}}{{default trigger.body.empty 'x'}}{{default trigger.body.zero 'x'}}{{default trigger.body.no 'x'}}", "xx0false")]
    [InlineData("[{{upper trigger.body.name}}][{{lower trigger.body.name}}][{{trim trigger.body.name}}][{{upper trigger.body.gone}}]", "[ ANN ][ ann ][Ann][]")]
    [InlineData("{{length trigger.body.name}}{{length trigger.body.list}}{{length trigger.body.object}}{{length trigger.body.gone}}", "5420")]
    [InlineData("{{join trigger.body.list}}|{{join trigger.body.list '-'}}|{{join trigger.body.gone}}", "a, 2, , true|a-2--true|")]
    [InlineData("{{date trigger.body.when 'yyyy-MM-dd HH:mm'}}", "2026-03-29 00:30")]
    [InlineData("{{date trigger.body.when 'yyyy-MM-dd HH:mm' 'Europe/Berlin'}}", "2026-03-29 01:30")]
    [InlineData("{{date '2026-03-29T01:00:00Z' 'HH:mm zzz' 'Europe/Berlin'}}", "03:00 +02:00")]
    [InlineData("{{date trigger.body.seconds 'yyyy-MM-dd HH:mm'}} {{date trigger.body.millis 'yyyy-MM-dd HH:mm'}}", "2026-03-29 00:30 2026-03-29 00:30")]
    [InlineData("{{date trigger.body.gone 'yyyy'}}{{date trigger.body.empty 'yyyy'}}", "")]
    [InlineData("{{number trigger.body.total '0.00'}}|{{number trigger.body.total '#,##0.00'}}|{{number trigger.body.count '0.0'}}|{{number trigger.body.gone '0'}}", "1234.50|1,234.50|10.0|")]
    [InlineData("{{eq trigger.body.count 10}}{{eq trigger.body.total 1234.50}}{{eq trigger.body.key 'name'}}{{eq trigger.body.key 'Name'}}", "truetruetruefalse")]
    [InlineData("{{eq trigger.body.gone trigger.body.empty}}{{eq trigger.body.gone trigger.gone}}{{ne trigger.body.gone ''}}", "falsetruetrue")]
    [InlineData("{{eq trigger.body.object trigger.body.same}}{{eq trigger.body.object trigger.body.list}}", "truefalse")]
    [InlineData("{{gt trigger.body.count 9}}{{lt trigger.body.count 9}}{{gt '10' '9'}}{{gt 'x' 9}}{{lt 'x' 9}}{{gt trigger.gone 1}}", "truefalsefalsefalsefalsefalse")]
    [InlineData("{{and true trigger.body.name}}{{and true trigger.body.zero}}{{or trigger.body.no trigger.body.name}}{{not trigger.body.empty}}", "truefalsetruetrue")]
    [InlineData("{{#if (and (eq trigger.body.count 10) (not (gt 1 2)))}}yes{{/if}}", "yes")]
    [InlineData("{{lookup trigger.body trigger.body.key}}{{lookup trigger.body.list 1}}{{lookup trigger.body 'gone'}}", " Ann 2")]
    [InlineData("{{upper (default trigger.body.gone (trim trigger.body.name))}}", "ANN")]
    public void Evaluate_Helper_GivesItsText(string template, string expected) => Assert.Equal(expected, _data.Render(template));

    [Theory]
    [InlineData("{{date 'soon' 'yyyy'}}")]
    [InlineData("{{date trigger.body.when 'yyyy' 'Europe/Atlantis'}}")]
    [InlineData("{{date trigger.body.when '%'}}")]
    [InlineData("{{number 'many' '0'}}")]
    [InlineData("{{number 1 'N999999999'}}")]
    [InlineData("{{number 1 'Q'}}")]
    public void Evaluate_HelperWithWrongValue_FailsReadably(string template)
    {
        var exception = Assert.Throws<AutoForgeException>(() => _data.Render(template));

        Assert.Equal("value_conversion", exception.Code);
    }
}
