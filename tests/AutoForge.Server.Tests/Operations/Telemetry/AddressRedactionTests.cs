using System.Diagnostics;
using AutoForge.Server.Operations.Telemetry;

namespace AutoForge.Server.Tests.Operations.Telemetry;

public sealed class AddressRedactionTests
{
    [Theory]
    [InlineData("url.path")]
    [InlineData("url.query")]
    [InlineData("url.full")]
    [InlineData("http.target")]
    [InlineData("http.url")]
    public void OnEnd_SpanWithAnAddress_KeepsTheRouteAlone(string tag)
    {
        using var span = new Activity("request").SetTag(tag, "/hooks/secret").SetTag("http.route", "/hooks/{token}");
        using var redaction = new AddressRedaction();

        redaction.OnEnd(span);

        Assert.Equal("http.route", Assert.Single(span.TagObjects).Key);
    }
}
