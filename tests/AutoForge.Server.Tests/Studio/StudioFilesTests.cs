using System.Net;
using System.Net.Http.Headers;

namespace AutoForge.Server.Tests.Studio;

/// <summary>How the designer's files leave the server.</summary>
public sealed class StudioFilesTests(TestServer server) : IClassFixture<TestServer>
{
    private const string Kernel = "/_framework/dotnet.js";
    private const string Style = "/_content/MudBlazor/MudBlazor.min.css";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    [InlineData(null)]
    public async Task File_ByAcceptedEncoding_HasThatEncodingAndATagOfItsOwn(string? encoding)
    {
        using var response = await GetAsync(Kernel, encoding);
        using var other = await GetAsync(Kernel, encoding == "br" ? null : "br");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(encoding is null ? [] : [encoding], response.Content.Headers.ContentEncoding);
        Assert.Contains("Accept-Encoding", response.Headers.Vary);
        Assert.False(response.Headers.ETag!.IsWeak);
        Assert.NotEqual(other.Headers.ETag, response.Headers.ETag);
    }

    [Fact]
    public async Task File_EncodingForbidden_IsSentPlain()
    {
        using var response = await GetAsync(Kernel, "br;q=0");

        Assert.Empty(response.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task File_ThatTheBrowserHas_IsNotSentAgain()
    {
        using var first = await GetAsync(Kernel, "br");

        using var second = await GetAsync(Kernel, "br", first.Headers.ETag);
        using var asOther = await GetAsync(Kernel, "gzip", first.Headers.ETag);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal(HttpStatusCode.OK, asOther.StatusCode);
    }

    [Theory]
    [InlineData("dotnet.native.*.js", "text/javascript")]
    [InlineData("dotnet.native.*.wasm", "application/wasm")]
    [InlineData("icudt.*.dat", "application/octet-stream")]
    public async Task FingerprintedFile_IsKeptForEver(string pattern, string contentType)
    {
        using var response = await GetAsync("/_framework/" + NameOf(pattern), "br");

        Assert.Equal(contentType, response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("immutable", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_WithItsVersion_IsKeptForEverAndWithAnotherIsNot()
    {
        using var plain = await GetAsync(Style, encoding: null);
        var version = plain.Headers.ETag!.Tag.Trim('"');

        using var current = await GetAsync($"{Style}?v={version}", "br");
        using var old = await GetAsync($"{Style}?v=0123456789abcdef", "br");

        Assert.Equal("no-cache", plain.Headers.CacheControl!.ToString());
        Assert.Contains("immutable", current.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        Assert.Equal("no-cache", old.Headers.CacheControl!.ToString());
    }

    [Theory]
    [InlineData("/_content/../package.json")]
    [InlineData("/_content/..%2fpackage.json")]
    [InlineData("/_content/%2e%2e/package.json")]
    [InlineData("/_content/..%5cpackage.json")]
    [InlineData("/_content//etc/passwd")]
    [InlineData("/_framework/../../../../package.json")]
    [InlineData("/_framework/dotnet.js.br")]
    [InlineData("/_framework/")]
    [InlineData("/assets/../Program.cs")]
    [InlineData("/assets/%2e%2e%2fappsettings.json")]
    [InlineData("/assets")]
    [InlineData("/index.html")]
    public async Task Path_ToAnythingThatIsNoFileOfThePackage_IsNotFound(string path)
    {
        using var client = server.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, path));
        // A normalised path would not be an attack.
        request.RequestUri = new Uri(server.Address.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

        using var response = await client.SendAsync(request, Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Settings_AreEmpty()
    {
        using var client = server.NewClient();

        Assert.Equal("{}", await client.GetStringAsync("/appsettings.json", Cancelled));
    }

    [Fact]
    public async Task Script_MayRunAsWorker()
    {
        using var response = await GetAsync(Kernel, "br");

        Assert.Contains("script-src 'self'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    private static string NameOf(string pattern)
    {
        var package = Path.Combine(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "node_modules.path")).Trim(), "@elsa-workflows/elsa-studio-wasm/_framework");
        return Path.GetFileName(Directory.EnumerateFiles(package, pattern).Single());
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string? encoding, EntityTagHeaderValue? known = null)
    {
        using var client = server.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (encoding is not null)
            request.Headers.Add("Accept-Encoding", encoding);
        if (known is not null)
            request.Headers.IfNoneMatch.Add(known);
        return await client.SendAsync(request, Cancelled);
    }
}
