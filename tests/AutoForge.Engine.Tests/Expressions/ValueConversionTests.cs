using System.Net;
using System.Text.Json.Nodes;
using AutoForge.Engine.Expressions;

namespace AutoForge.Engine.Tests.Expressions;

public sealed class ValueConversionTests
{
    public static TheoryData<string, Type, object?> Literals => new()
    {
        { "\"true\"", typeof(bool), true },
        { "\"False\"", typeof(bool), false },
        { "1", typeof(bool), true },
        { "\"0\"", typeof(bool), false },
        { "\"1\"", typeof(int), 1 },
        { "\" -12 \"", typeof(int), -12 },
        { "\"3.0\"", typeof(int), 3 },
        { "7", typeof(int), 7 },
        { "2.0", typeof(int), 2 },
        { "\"9007199254740993\"", typeof(long), 9007199254740993L },
        { "\"12.50\"", typeof(decimal), 12.50m },
        { "1.5", typeof(double), 1.5 },
        { "1e3", typeof(double), 1000.0 },
        { "\"5\"", typeof(int?), 5 },
        { "\"\"", typeof(int), null },
        { "\"  \"", typeof(TimeSpan?), null },
        { "null", typeof(string), null },
        { "5", typeof(string), "5" },
        { "12.50", typeof(string), "12.50" },
        { "true", typeof(string), "True" },
        { "false", typeof(string), "False" },
        { "\"\"", typeof(string), "" },
        { "[1,\"é\"]", typeof(string), "[1,\"é\"]" },
        { "\"00:00:01\"", typeof(TimeSpan), TimeSpan.FromSeconds(1) },
        { "\"1.02:03:04.5\"", typeof(TimeSpan), new TimeSpan(1, 2, 3, 4, 500) },
        { "\"PT5M\"", typeof(TimeSpan), TimeSpan.FromMinutes(5) },
        { "\"P1DT1S\"", typeof(TimeSpan), new TimeSpan(1, 0, 0, 1) },
        { "\"OK\"", typeof(HttpStatusCode), HttpStatusCode.OK },
        { "\"notfound\"", typeof(HttpStatusCode), HttpStatusCode.NotFound },
        { "404", typeof(HttpStatusCode), HttpStatusCode.NotFound },
        { "\"404\"", typeof(HttpStatusCode), HttpStatusCode.NotFound },
        { "\"2026-03-29T09:00:00\"", typeof(DateTimeOffset), new DateTimeOffset(2026, 3, 29, 9, 0, 0, TimeSpan.Zero) },
        { "\"2026-03-29T09:00:00+02:00\"", typeof(DateTimeOffset), new DateTimeOffset(2026, 3, 29, 9, 0, 0, TimeSpan.FromHours(2)) },
        { "\"01890a5d-ac96-774b-bcce-b302099a8057\"", typeof(Guid), Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057") },
        { "3", typeof(object), 3 },
        { "3000000000", typeof(object), 3000000000L },
        { "12.50", typeof(object), 12.50m },
        { "\"text\"", typeof(object), "text" },
        { "true", typeof(object), true },
    };

    [Theory]
    [MemberData(nameof(Literals))]
    public void Convert_JsonScalar_GivesTheTargetsValue(string json, Type target, object? expected)
    {
        var actual = ValueConversion.Convert(JsonNode.Parse(json), target);

        Assert.Equal(expected, actual);
        Assert.Equal(expected?.GetType(), actual?.GetType());
    }

    [Theory]
    [InlineData("\"abc\"", typeof(int), "'abc' is not a whole number that fits Int32.")]
    [InlineData("\"1.5\"", typeof(int), "'1.5' is not a whole number that fits Int32.")]
    [InlineData("1.5", typeof(int), "'1.5' is not a whole number that fits Int32.")]
    [InlineData("3000000000", typeof(int), "'3000000000' is not a whole number that fits Int32.")]
    [InlineData("true", typeof(int), "'True' is not a whole number that fits Int32.")]
    [InlineData("\"yes\"", typeof(bool), "'yes' is not true or false.")]
    [InlineData("\"5\"", typeof(TimeSpan), "'5' is not a duration such as 00:05:00 (hours:minutes:seconds) or PT5M.")]
    [InlineData("5", typeof(TimeSpan), "'5' is not a duration such as 00:05:00 (hours:minutes:seconds) or PT5M.")]
    [InlineData("\"tomorrow\"", typeof(DateTimeOffset), "'tomorrow' is not a date and time such as 2026-03-29T09:00:00Z.")]
    [InlineData("\"Sometimes\"", typeof(DayOfWeek), "'Sometimes' is not one of Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday.")]
    [InlineData("\"[1,\"", typeof(List<int>), "'[1,' is not valid JSON.")]
    [InlineData("\"[\\\"x\\\"]\"", typeof(List<int>), "'x' is not a whole number that fits Int32.")]
    [InlineData("[null]", typeof(List<int>), "A list has an empty entry where a value is needed.")]
    [InlineData("{}", typeof(JsonArray), "A JSON object is not a JSON list.")]
    [InlineData("\"text\"", typeof(JsonObject), "'text' is not a JSON object.")]
    [InlineData("[1]", typeof(Dictionary<string, string>), "A list is not a JSON object.")]
    [InlineData("{}", typeof(int), "A JSON object is not a whole number that fits Int32.")]
    public void Convert_ValueThatDoesNotFit_SaysWhatWasExpected(string json, Type target, string message)
    {
        var exception = Assert.Throws<AutoForgeException>(() => ValueConversion.Convert(JsonNode.Parse(json), target));

        Assert.Equal("value_conversion", exception.Code);
        Assert.Equal(message, exception.Message);
    }

    [Theory]
    [InlineData(typeof(List<string>))]
    [InlineData(typeof(string[]))]
    [InlineData(typeof(IReadOnlyList<string>))]
    [InlineData(typeof(ICollection<string>))]
    [InlineData(typeof(IEnumerable<string>))]
    public void Convert_StringList_TakesArraysTextAndSingleValues(Type target)
    {
        Assert.Equal(["GET", "5"], List(new JsonArray("GET", 5)));
        Assert.Equal(["GET"], List("[\"GET\"]"));
        Assert.Equal(["a@b"], List("a@b"));
        Assert.Equal(["7"], List(7));
        Assert.Equal(["x", "y"], List(new HashSet<string> { "x", "y" }));
        Assert.Empty(List(" "));

        IEnumerable<string> List(object value)
        {
            var converted = ValueConversion.Convert(value, target);
            Assert.IsAssignableFrom(target, converted);
            return (IEnumerable<string>)converted!;
        }
    }

    [Fact]
    public void Convert_ObjectToDictionary_ConvertsEveryValue()
    {
        var json = JsonNode.Parse("""{"a": 1, "b": "x", "c": null, "d": [true]}""");

        var text = (IReadOnlyDictionary<string, string?>)ValueConversion.Convert(json, typeof(IReadOnlyDictionary<string, string?>))!;
        var objects = (IDictionary<string, object?>)ValueConversion.Convert(json!.ToJsonString(), typeof(IDictionary<string, object?>))!;

        Assert.Equal(new Dictionary<string, string?> { ["a"] = "1", ["b"] = "x", ["c"] = null, ["d"] = "[true]" }, text);
        Assert.Equal(1, objects["a"]);
        Assert.IsType<JsonArray>(objects["d"]);
    }

    [Fact]
    public void Convert_ToJson_ParsesTextAndKeepsTheRestAsString()
    {
        Assert.Equal("""{"a":1}""", Json("""{"a": 1}"""));
        Assert.Equal("5", Json("5"));
        Assert.Equal("\"hello\"", Json("hello"));
        Assert.Equal("\"\"", Json(""));
        Assert.Equal("12.5", Json(12.5m));
        Assert.Equal("[1,2]", Json(new List<int> { 1, 2 }));

        static string Json(object value) => ((JsonNode)ValueConversion.Convert(value, typeof(JsonNode))!).ToJsonString();
    }

    [Fact]
    public void Convert_ClrScalarToText_IsTheSameInEveryCulture()
    {
        Assert.Equal("1234.5", ValueConversion.Convert(1234.5, typeof(string)));
        Assert.Equal("01:00:00", ValueConversion.Convert(TimeSpan.FromHours(1), typeof(string)));
        Assert.Equal("2026-03-29T09:00:00.0000000+02:00", ValueConversion.Convert(new DateTimeOffset(2026, 3, 29, 9, 0, 0, TimeSpan.FromHours(2)), typeof(string)));
        Assert.Equal("True", ValueConversion.Convert(true, typeof(string)));
        Assert.Equal("[1,2]", ValueConversion.Convert(new[] { 1, 2 }, typeof(string)));
    }

    [Fact]
    public void Convert_TimePutIntoJson_ReadsTheSameBeforeAndAfterStorage()
    {
        var fresh = new JsonObject { ["at"] = new DateTimeOffset(2026, 3, 29, 9, 0, 0, TimeSpan.Zero) };
        var stored = JsonNode.Parse(fresh.ToJsonString())!;

        Assert.Equal(ValueConversion.Convert(stored["at"], typeof(string)), ValueConversion.Convert(fresh["at"], typeof(string)));
        Assert.Equal(ValueConversion.Convert(stored["at"], typeof(object)), ValueConversion.Convert(fresh["at"], typeof(object)));
    }

    [Fact]
    public void Convert_LongText_IsCutInTheMessage()
    {
        var exception = Assert.Throws<AutoForgeException>(() => ValueConversion.Convert(new string('x', 5000), typeof(int)));

        Assert.InRange(exception.Message.Length, 40, 120);
    }

    [Fact]
    public void Convert_RecordTarget_IsReadFromJson()
    {
        var expected = new Point(1, 2);

        Assert.Equal(expected, ValueConversion.Convert("""{"x": 1, "y": 2}""", typeof(Point)));
        Assert.Equal(expected, ValueConversion.Convert(JsonNode.Parse("""{"X": 1, "Y": 2}"""), typeof(Point)));
    }

    private sealed record Point(int X, int Y);
}
