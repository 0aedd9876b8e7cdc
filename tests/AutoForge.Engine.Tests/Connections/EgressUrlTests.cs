using AutoForge.Activities;
using AutoForge.Connections;

namespace AutoForge.Engine.Tests.Connections;

public sealed class EgressUrlTests
{
    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("example.com")]
    [InlineData("/path")]
    [InlineData("//host/path")]
    [InlineData("ftp://example.com")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://example.com")]
    [InlineData("http:///x")]
    [InlineData("http://user@example.com")]
    [InlineData("http://user:password@example.com")]
    [InlineData("http://example.com@127.0.0.1/")]
    [InlineData("http://①②⑦.⓪.⓪.①/")]
    [InlineData("http://１２７.0.0.1/")]
    [InlineData("http://127。0。0。1/")]
    [InlineData("http://ｌｏｃａｌｈｏｓｔ/")]
    [InlineData("http://ⓛocalhost/")]
    [InlineData("http://ℓocalhost/")]
    [InlineData("http://𝐥ocalhost/")]
    [InlineData("http://exam\u200Bple.com/")]
    [InlineData("http://exam\u00ADple.com/")]
    [InlineData("http://127.0.0.1./")]
    [InlineData("http://256.256.256.256/")]
    [InlineData("http://1.2.3.4.5/")]
    [InlineData("http://0x7f000001./")]
    [InlineData("http://exa\nmple.com/")]
    [InlineData("http://example.com/\0")]
    public void Parse_UnsafeUrl_Refused(string? url) =>
        Assert.Equal("invalid_url", Assert.Throws<FaultException>(() => EgressUrl.Parse(url)).Fault.Code);

    [Theory]
    [InlineData("https://example.com/a?b=c#d", "example.com")]
    [InlineData(" http://example.com:8080 ", "example.com")]
    [InlineData("http://bücher.example/", "bücher.example")]
    [InlineData("http://a_b.example/", "a_b.example")]
    [InlineData("http://3.example/", "3.example")]
    [InlineData("http://[::1]/", "[::1]")]
    public void Parse_OrdinaryUrl_Taken(string url, string host) => Assert.Equal(host, EgressUrl.Parse(url).Host);
}
