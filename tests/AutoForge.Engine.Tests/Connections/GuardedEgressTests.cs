using System.IO.Compression;
using System.Net;
using AutoForge.Activities;
using AutoForge.Engine.Connections;
using AutoForge.Testing.Servers;
using Microsoft.AspNetCore.Http;

namespace AutoForge.Engine.Tests.Connections;

public sealed class GuardedEgressTests : IAsyncLifetime
{
    private HttpTarget _target = null!;
    private HttpTarget _other = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _target = await HttpTarget.StartAsync();
        _other = await HttpTarget.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _target.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Theory]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("http://localhost:{0}/")]
    [InlineData("http://127.1:{0}/")]
    [InlineData("http://2130706433:{0}/")]
    [InlineData("http://0x7f000001:{0}/")]
    [InlineData("http://0x7f.0.0.1:{0}/")]
    [InlineData("http://0177.0.0.1:{0}/")]
    [InlineData("http://0:{0}/")]
    [InlineData("http://0.0.0.0:{0}/")]
    [InlineData("http://[::1]:{0}/")]
    [InlineData("http://[::]:{0}/")]
    [InlineData("http://[::ffff:127.0.0.1]:{0}/")]
    [InlineData("http://[::ffff:127.0.0.2]:{0}/")]
    [InlineData("http://[::127.0.0.1]:{0}/")]
    [InlineData("http://[64:ff9b::7f00:1]:{0}/")]
    [InlineData("http://169.254.169.254:{0}/latest/meta-data/")]
    public async Task Get_AddressNotPublic_RefusedBeforeAnythingIsSent(string url)
    {
        using var egress = Egress();
        var fault = await FaultAsync(() => egress.Http.GetAsync(new Uri(url.Replace("{0}", $"{_target.Port}", StringComparison.Ordinal)), Token));
        Assert.Equal("address_not_allowed", fault.Code);
        Assert.Empty(_target.Requests);
    }

    [Fact]
    public async Task Get_OneOfTheAddressesIsPrivate_Refused()
    {
        using var egress = Egress((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("8.8.8.8"), IPAddress.Loopback]));
        Assert.Equal("address_not_allowed", (await FaultAsync(() => egress.Http.GetAsync(new Uri(_target.Url(host: "two.example")), Token))).Code);
    }

    [Fact]
    public async Task Get_NameRebindsToLoopback_ConnectsOnlyToTheCheckedAddress()
    {
        // First a documentation address that is allowed here and answers nothing, from then on loopback.
        var calls = 0;
        using var egress = Egress(
            (_, _) => Task.FromResult<IPAddress[]>([++calls == 1 ? IPAddress.Parse("127.0.0.3") : IPAddress.Loopback]), "127.0.0.3");
        await Assert.ThrowsAsync<HttpRequestException>(() => egress.Http.GetAsync(new Uri(_target.Url(host: "rebind.example")), Token));
        Assert.Equal(1, calls);
        Assert.Equal("address_not_allowed", (await FaultAsync(() => egress.Http.GetAsync(new Uri(_target.Url(host: "rebind.example")), Token))).Code);
        Assert.Empty(_target.Requests);
    }

    [Fact]
    public async Task Connect_AddressNotPublic_Refused()
    {
        using var egress = Egress();
        Assert.Equal("address_not_allowed", (await FaultAsync(async () => await egress.ConnectAsync("localhost", _target.Port, Token))).Code);
    }

    [Fact]
    public async Task Connect_ResolverHangs_TimesOut()
    {
        var options = new EgressOptions();
        using var egress = new GuardedEgress(options, new EgressConnector(new EgressPolicy([]), TimeSpan.FromMilliseconds(20), TimeProvider.System,
            async (_, token) => { await Task.Delay(Timeout.Infinite, token); return []; }));
        await Assert.ThrowsAsync<TimeoutException>(async () => await egress.ConnectAsync("slow.example", 25, Token));
    }

    [Fact]
    public async Task Connect_FirstAddressDoesNotAnswer_TakesTheNext()
    {
        using var egress = Egress((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.3"), IPAddress.Loopback]), "127.0.0.0/8");
        await using var stream = await egress.ConnectAsync("two.example", _target.Port, Token);
        Assert.True(stream.CanWrite);
    }

    [Fact]
    public async Task Get_RedirectToAddressThatIsNotAllowed_Refused()
    {
        _target.OnRedirect("/r", 302, $"http://127.0.0.1:{_other.Port}/secret");
        using var egress = Egress(allowed: $"localhost:{_target.Port}");
        Assert.Equal("address_not_allowed", (await FaultAsync(() => egress.Http.GetAsync(new Uri(_target.Url("/r")), Token))).Code);
        Assert.Empty(_other.Requests);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://localhost/")]
    [InlineData("http://user:password@localhost/")]
    public async Task Get_RedirectToUnsafeUrl_Refused(string location)
    {
        _target.OnRedirect("/r", 302, location);
        using var egress = Egress(allowed: "localhost");
        Assert.Equal("invalid_url", (await FaultAsync(() => egress.Http.GetAsync(new Uri(_target.Url("/r")), Token))).Code);
        Assert.Single(_target.Requests);
    }

    [Fact]
    public async Task Get_RedirectWithoutScheme_KeepsTheScheme()
    {
        _target.OnRedirect("/r", 302, $"//localhost:{_other.Port}/x");
        using var egress = Egress(allowed: "localhost");
        using var response = await egress.Http.GetAsync(new Uri(_target.Url("/r")), Token);
        Assert.Equal("/x", Assert.Single(_other.Requests).Path);
    }

    [Fact]
    public async Task Get_FiveRedirects_Followed_SixRefused()
    {
        for (var i = 0; i < 6; i++)
            _target.OnRedirect($"/{i}", 302, $"/{i + 1}");
        using var egress = Egress(allowed: "localhost");
        using var response = await egress.Http.GetAsync(new Uri(_target.Url("/1")), Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("too_many_redirects", (await FaultAsync(() => egress.Http.GetAsync(new Uri(_target.Url("/0")), Token))).Code);
    }

    [Theory]
    [InlineData("POST", 301, "GET", "")]
    [InlineData("POST", 302, "GET", "")]
    [InlineData("POST", 303, "GET", "")]
    [InlineData("PUT", 303, "GET", "")]
    [InlineData("PUT", 302, "PUT", "text")]
    [InlineData("POST", 307, "POST", "text")]
    [InlineData("POST", 308, "POST", "text")]
    public async Task Send_Redirected_MethodAsInRfc9110(string method, int status, string thenMethod, string thenBody)
    {
        _target.OnRedirect("/r", status, "/then");
        using var egress = Egress(allowed: "localhost");
        using var request = new HttpRequestMessage(new HttpMethod(method), _target.Url("/r")) { Content = new StringContent("text") };
        using var response = await egress.Http.SendAsync(request, Token);
        Assert.Equal((thenMethod, thenBody), (_target.Requests[1].Method, _target.Requests[1].Body));
    }

    [Fact]
    public async Task Send_RedirectedToAnotherOrigin_LeavesCredentialsBehind()
    {
        _target.OnRedirect("/same", 307, "/away").OnRedirect("/away", 307, _other.Url("/"));
        using var egress = Egress(allowed: "localhost");
        using var request = new HttpRequestMessage(HttpMethod.Get, _target.Url("/same"));
        request.Headers.Add("Authorization", "Bearer canary");
        request.Headers.Add("Cookie", "session=canary");
        request.Headers.Add("X-Api-Key", "canary");
        request.Headers.Add("User-Agent", "AutoForge/1");
        using var response = await egress.Http.SendAsync(request, Token);

        Assert.Equal("Bearer canary", _target.Requests[1].Header("Authorization"));
        var arrived = Assert.Single(_other.Requests);
        Assert.DoesNotContain(arrived.Headers.Values, value => value.Contains("canary", StringComparison.Ordinal));
        Assert.Equal("AutoForge/1", arrived.Header("User-Agent"));
    }

    [Fact]
    public async Task Get_Cookie_IsNotKept()
    {
        _target.Next(200, headers: ("Set-Cookie", "a=b; Path=/"));
        using var egress = Egress(allowed: "localhost");
        (await egress.Http.GetAsync(new Uri(_target.Url()), Token)).Dispose();
        (await egress.Http.GetAsync(new Uri(_target.Url()), Token)).Dispose();
        Assert.Null(_target.Requests[1].Header("Cookie"));
    }

    [Fact]
    public async Task Get_GzipBomb_StoppedAtTheLimitAfterDecompression()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            await gzip.WriteAsync(new byte[5 * 1024 * 1024], Token);
        Assert.InRange(packed.Length, 1, 100_000);
        _target.Next(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(packed.ToArray());
        });
        using var egress = Egress(allowed: "localhost");
        Assert.Equal("response_too_large", (await FaultAsync(() => egress.Http.GetAsync(new Uri(_target.Url()), Token))).Code);
    }

    [Theory]
    [InlineData(2048, false)]
    [InlineData(2049, true)]
    public async Task Get_ChunkedBody_CountedAsRead(int bytes, bool refused)
    {
        _target.Next(async context =>
        {
            for (var sent = 0; sent < bytes; sent++)
                await context.Response.Body.WriteAsync(new byte[1]);
        });
        using var egress = new GuardedEgress(new EgressOptions { AllowedHosts = ["localhost"], MaxResponseBytes = 2048 }, TimeProvider.System);
        var error = await Record.ExceptionAsync(() => egress.Http.GetByteArrayAsync(new Uri(_target.Url()), Token));
        Assert.Equal(refused ? "response_too_large" : null, (error as FaultException)?.Fault.Code);
    }

    private static GuardedEgress Egress(Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null, params string[] allowed) =>
        new(new EgressOptions(), new EgressConnector(new EgressPolicy(allowed), TimeSpan.FromSeconds(5), TimeProvider.System, resolve));

    private static async Task<Fault> FaultAsync<T>(Func<Task<T>> call) where T : IDisposable
    {
        var e = await Assert.ThrowsAsync<FaultException>(async () => (await call()).Dispose());
        return e.Fault;
    }
}
