using System.Text.Json.Nodes;
using AutoForge.Engine.Steps;

namespace AutoForge.Engine.Tests.Steps;

public sealed class SecretMaskTests
{
    [Fact]
    public void Apply_SecretInsideAnother_LeavesNoRest()
    {
        var mask = new SecretMask();
        mask.Add(["abc", "abcdef", ""]);

        Assert.Equal("•••, •••!", mask.Apply("abcdef, abc!"));
    }

    [Fact]
    public void Apply_PercentEncodedSecret_IsHidden()
    {
        var mask = new SecretMask();
        mask.Add(["a b/c"]);

        Assert.Equal("https://x/?key=•••", mask.Apply("https://x/?key=a%20b%2Fc"));
    }

    [Fact]
    public void Apply_Json_HidesNamesAndValuesAtAnyDepthAndLeavesTheSourceAlone()
    {
        var mask = new SecretMask();
        mask.Add(["key1"]);
        var json = JsonNode.Parse("""{"a": ["x key1", {"key1": 1, "n": null}], "b": true}""");

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"a": ["x •••", {"•••": 1, "n": null}], "b": true}"""), mask.Apply(json)));
        Assert.Contains("key1", json!.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Authorization", true)]
    [InlineData("Proxy-Authorization", true)]
    [InlineData("COOKIE", true)]
    [InlineData("set-cookie", true)]
    [InlineData("X-Api-Key", true)]
    [InlineData("X-Hub-Signature-256", true)]
    [InlineData("Private-Token", true)]
    [InlineData("My-Secret", true)]
    [InlineData("Db-Password", true)]
    [InlineData("Content-Type", false)]
    public void HideHeaders_Name_DecidesByItsParts(string name, bool isHidden)
    {
        var headers = new JsonObject { [name] = "value" };

        SecretMask.HideHeaders("body", headers);
        Assert.Equal("value", headers[name]!.ToString());

        SecretMask.HideHeaders("requestHeaders", headers);
        Assert.Equal(isHidden ? SecretMask.Text : "value", headers[name]!.ToString());
    }
}
