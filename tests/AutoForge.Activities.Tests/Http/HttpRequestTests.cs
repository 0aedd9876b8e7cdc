using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using AutoForge.Activities.Http;
using AutoForge.Connections;
using AutoForge.Expressions;
using AutoForge.Testing;
using AutoForge.Testing.Servers;

namespace AutoForge.Activities.Tests.Http;

public sealed class HttpRequestTests : IAsyncLifetime
{
    private HttpTarget _target = null!;

    public async ValueTask InitializeAsync() => _target = await HttpTarget.StartAsync();

    public ValueTask DisposeAsync() => _target.DisposeAsync();

    [Fact]
    public async Task Execute_Get_SetsOutputs()
    {
        _target.Next(200, """{"name": "Ada"}""", "application/json; charset=utf-8", ("X-Two", "a"), ("X-Two", "b"));
        using var context = new TestActivityContext(new HttpRequest { Url = _target.Url("/people?id=1") });
        await context.ExecuteAsync();

        Assert.Equal(200, context.Output("statusCode"));
        Assert.Equal("Ada", (string?)Assert.IsType<JsonObject>(context.Output("body"))["name"]);
        Assert.Equal("a, b", (string?)Assert.IsType<JsonObject>(context.Output("headers"))["x-two"]);
        var request = Assert.Single(_target.Requests);
        Assert.Equal(("GET", "/people?id=1"), (request.Method, request.Path));
        Assert.StartsWith("AutoForge/", request.Header("User-Agent"), StringComparison.Ordinal);
        Assert.Equal("3", request.Header("AutoForge-Depth"));
        Assert.Null(request.Header("Idempotency-Key"));
    }

    [Theory]
    [InlineData("text/plain", "{\"a\":1}", "{\"a\":1}")]
    [InlineData("application/json", "{broken", "{broken")]
    [InlineData("application/json", "{\"a\":1,\"a\":2}", "{\"a\":1,\"a\":2}")]
    [InlineData("text/plain; charset=iso-8859-1", "plain", "plain")]
    [InlineData("text/plain; charset=nonsense", "plain", "plain")]
    [InlineData(null, "", "")]
    public async Task Execute_BodyIsNotJson_GivenAsText(string? contentType, string sent, string expected)
    {
        _target.Next(200, sent, contentType);
        using var context = new TestActivityContext(new HttpRequest { Url = _target.Url() });
        await context.ExecuteAsync();
        Assert.Equal(expected, context.Output("body"));
    }

    [Theory]
    [InlineData("""{"a":1}""", null, "application/json", """{"a":1}""")]
    [InlineData("[1]", null, "application/json", "[1]")]
    [InlineData("{ not json", null, "text/plain; charset=utf-8", "{ not json")]
    [InlineData("Grüße", null, "text/plain; charset=utf-8", "Grüße")]
    [InlineData("a=1", "application/x-www-form-urlencoded", "application/x-www-form-urlencoded", "a=1")]
    public async Task Execute_Body_GetsItsContentType(string body, string? contentType, string expectedType, string expectedBody)
    {
        using var context = new TestActivityContext(new HttpRequest { Method = "POST", Url = _target.Url(), Body = Text(body), ContentType = Optional(contentType) });
        await context.ExecuteAsync();
        var request = Assert.Single(_target.Requests);
        Assert.Equal((expectedType, expectedBody), (request.Header("Content-Type"), request.Body));
    }

    [Fact]
    public async Task Execute_StructuredBody_SentAsJson()
    {
        var body = Value(new JsonObject { ["name"] = "Zoë" });
        using var context = new TestActivityContext(new HttpRequest { Method = "PUT", Url = _target.Url(), Body = body });
        await context.ExecuteAsync();
        Assert.Equal("""{"name":"Zoë"}""", _target.Requests[0].Body);
    }

    [Fact]
    public async Task Execute_HeadersAsLinesOrObject_AreSent()
    {
        using var lines = new TestActivityContext(new HttpRequest { Url = _target.Url(), Headers = Text("X-One: 1\r\n\r\nAccept: text/csv") });
        await lines.ExecuteAsync();
        using var json = new TestActivityContext(new HttpRequest { Method = "POST", Url = _target.Url(), Headers = Text("""{"X-One": 1, "Content-Type": "text/csv"}"""), Body = Text("a;b") });
        await json.ExecuteAsync();
        Assert.Equal(("1", "text/csv"), (_target.Requests[0].Header("X-One"), _target.Requests[0].Header("Accept")));
        Assert.Equal(("1", "text/csv"), (_target.Requests[1].Header("X-One"), _target.Requests[1].Header("Content-Type")));
    }

    [Theory]
    [InlineData("X: a\rb")]
    [InlineData("X: a\u0000b")]
    [InlineData("X: a\u0085b")]
    [InlineData("X: a\u2028b")]
    [InlineData("X Y: a")]
    [InlineData("no colon")]
    [InlineData("Host: other.example")]
    [InlineData("Content-Length: 3")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("AutoForge-Depth: 0")]
    [InlineData("""{"X": "a\r\nY: b"}""")]
    [InlineData("""{"X\r\nY": "a"}""")]
    [InlineData("""{"X": {}}""")]
    [InlineData("""{"X": """)]
    public async Task Execute_DangerousHeaders_RefusedBeforeSending(string headers)
    {
        using var context = new TestActivityContext(new HttpRequest { Url = _target.Url(), Headers = Text(headers) });
        Assert.Equal("invalid_input", (await context.FaultAsync()).Code);
        Assert.Empty(_target.Requests);
    }

    [Fact]
    public void HeaderFields_InsertedValueHasLineBreak_Refused()
    {
        Assert.Single(HeaderFields.Read("X: harmless", "X: {{ trigger.body.x }}"));
        Assert.Throws<FaultException>(() => HeaderFields.Read("X: a\nAuthorization: b", "X: {{ trigger.body.x }}"));
        Assert.Throws<FaultException>(() => HeaderFields.Read("""{"Authorization": "b"}""", "{{ trigger.body.x }}"));
    }

    [Theory]
    [InlineData("POST", "auto", "key-of-this-step")]
    [InlineData("DELETE", "auto", "key-of-this-step")]
    [InlineData("POST", "off", null)]
    [InlineData("GET", "auto", null)]
    public async Task Execute_IdempotencyKey_OnEveryMethodThatChanges(string method, string setting, string? key)
    {
        using var context = new TestActivityContext(new HttpRequest { Method = method, Url = _target.Url(), IdempotencyKey = setting });
        await context.ExecuteAsync();
        Assert.Equal(key, _target.Requests[0].Header("Idempotency-Key"));
    }

    [Fact]
    public async Task Execute_UserSetsIdempotencyKey_Wins()
    {
        using var context = new TestActivityContext(new HttpRequest { Method = "POST", Url = _target.Url(), Headers = Text("idempotency-key: mine") });
        await context.ExecuteAsync();
        Assert.Equal("mine", _target.Requests[0].Header("Idempotency-Key"));
    }

    [Theory]
    [InlineData(500, "The server answered 500 Internal Server Error.", true)]
    [InlineData(503, "The server answered 503 Service Unavailable.", true)]
    [InlineData(429, "The server answered 429 Too Many Requests.", true)]
    [InlineData(408, "The server answered 408 Request Timeout.", true)]
    [InlineData(425, "The server answered 425.", true)]
    [InlineData(404, "The server answered 404 Not Found.", false)]
    [InlineData(304, "The server answered 304 Not Modified.", false)]
    public async Task Execute_UnexpectedStatus_FailsWithOutputsSet(int status, string message, bool retryable)
    {
        _target.Next(status, status == 304 ? "" : "why");
        using var context = new TestActivityContext(new HttpRequest { Url = _target.Url() });
        Assert.Equal(new Fault("http_status", message, retryable), await context.FaultAsync());
        Assert.Equal(status, context.Output("statusCode"));
        Assert.Equal(status == 304 ? "" : "why", context.Output("body"));
    }

    [Theory]
    [InlineData("404", 404, true)]
    [InlineData("2xx, 404", 404, true)]
    [InlineData("[200, \"4xx\"]", 404, true)]
    [InlineData("400-404", 404, true)]
    [InlineData("400-403", 404, false)]
    [InlineData("404", 200, false)]
    public async Task Execute_ExpectedStatusCodes_Decide(string expected, int status, bool succeeds)
    {
        _target.Next(status);
        using var context = new TestActivityContext(new HttpRequest { Url = _target.Url(), ExpectedStatusCodes = Text(expected) });
        var error = await Record.ExceptionAsync(() => context.ExecuteAsync().AsTask());
        Assert.Equal(succeeds ? null : "http_status", (error as FaultException)?.Fault.Code);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("Thu, 01 Jan 1970 00:01:30 GMT", 0)]
    public async Task Execute_RetryAfter_IsPassedOn(string value, int seconds)
    {
        _target.Next(429, headers: ("Retry-After", value));
        using var context = new TestActivityContext(new HttpRequest { Url = _target.Url() });
        Assert.Equal(TimeSpan.FromSeconds(seconds), (await context.FaultAsync()).RetryAfter);
    }

    [Theory]
    [InlineData("GET", false, true)]
    [InlineData("POST", false, false)]
    [InlineData("POST", true, true)]
    public async Task Execute_NoAnswerInTime_RetryableOnlyIfRepeatable(string method, bool safeToRepeat, bool retryable)
    {
        _target.Next(context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        using var context = new TestActivityContext(new HttpRequest { Method = method, Url = _target.Url(), TimeoutSeconds = 1, SafeToRepeat = safeToRepeat });
        var fault = await context.FaultAsync();
        Assert.Equal(("http_timeout", retryable), (fault.Code, fault.Retryable));
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("POST", false)]
    public async Task Execute_ConnectionBreaks_RetryableOnlyIfRepeatable(string method, bool retryable)
    {
        _target.Next(context => { context.Abort(); return Task.CompletedTask; });
        using var context = new TestActivityContext(new HttpRequest { Method = method, Url = _target.Url() });
        var fault = await context.FaultAsync();
        Assert.Equal(("http_connection", retryable), (fault.Code, fault.Retryable));
    }

    [Fact]
    public async Task Execute_NothingListens_RetryableForEveryMethod()
    {
        using var context = new TestActivityContext(new HttpRequest { Method = "POST", Url = $"http://localhost:{FreePort.Next()}/" });
        var fault = await context.FaultAsync();
        Assert.Equal(("http_connection", true), (fault.Code, fault.Retryable));
    }

    [Fact]
    public async Task Execute_RedirectAfterPostLeadsNowhere_NotRetryable()
    {
        _target.OnRedirect("/r", 303, $"http://localhost:{FreePort.Next()}/");
        using var context = new TestActivityContext(new HttpRequest { Method = "POST", Url = _target.Url("/r") });
        var fault = await context.FaultAsync();
        Assert.Equal(("http_connection", false), (fault.Code, fault.Retryable));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    public async Task Execute_PooledConnectionClosesUnderneath_SentOnce(string method)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var seen = 0;
        var server = Task.Run(async () =>
        {
            while (seen < 3)
            {
                using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
                var stream = client.GetStream();
                var buffer = new byte[4096];
                while (await stream.ReadAsync(buffer) > 0 && ++seen == 1)
                    await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            }
        }, TestContext.Current.CancellationToken);

        using var context = new TestActivityContext(new HttpRequest { Method = method, Url = $"http://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/" });
        await context.ExecuteAsync();
        Assert.Equal("http_connection", (await context.FaultAsync()).Code);
        Assert.Equal(2, seen);
        Assert.False(server.IsCompleted);
    }

    [Fact]
    public async Task Execute_RunIsCancelled_Stops()
    {
        var arrived = new TaskCompletionSource();
        _target.Next(async context => { arrived.SetResult(); await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default); });
        using var context = new TestActivityContext(new HttpRequest { Url = _target.Url() });
        var execution = context.ExecuteAsync().AsTask();
        await arrived.Task;
        await context.Cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => execution);
    }

    [Fact]
    public async Task Execute_AddressNotAllowed_Fails()
    {
        using var context = new TestActivityContext(new HttpRequest { Url = _target.Url() }, allowedHosts: []);
        Assert.Equal("address_not_allowed", (await context.FaultAsync()).Code);
        Assert.Empty(_target.Requests);
    }

    [Fact]
    public async Task Execute_AnswerTooLarge_Fails()
    {
        _target.Next(200, new string('x', (1024 * 1024) + 1));
        using var context = new TestActivityContext(new HttpRequest { Url = _target.Url() });
        Assert.Equal("response_too_large", (await context.FaultAsync()).Code);
    }

    [Theory]
    [InlineData("ftp://example.com", "invalid_url")]
    [InlineData("", "invalid_url")]
    public async Task Execute_UnusableUrl_Fails(string url, string code)
    {
        using var context = new TestActivityContext(new HttpRequest { Url = url });
        Assert.Equal(code, (await context.FaultAsync()).Code);
    }

    [Theory]
    [InlineData("bearer", "Authorization", "Bearer canary")]
    [InlineData("basic", "Authorization", "Basic YWRhOmNhbmFyeQ==")]
    [InlineData("header", "X-Api-Key", "canary")]
    public async Task Execute_Authentication_SignsIn(string scheme, string header, string value)
    {
        using var context = new TestActivityContext(new HttpRequest { Url = _target.Url(), Authentication = "api", Headers = Text($"{header}: other") }).With(Credential(scheme));
        await context.ExecuteAsync();
        Assert.Equal(value, _target.Requests[0].Header(header));
    }

    [Fact]
    public async Task Preview_WithAuthentication_ShowsEverythingButTheSecret()
    {
        using var context = new TestActivityContext(new HttpRequest
        {
            Method = "POST",
            Url = "https://example.com/?key=canary",
            Authentication = "api",
            Headers = Text("X-One: 1"),
            Body = Text("""{"a":1}"""),
        }).With(Credential("header"));
        var preview = (await context.Activity.PreviewAsync(context))!;

        Assert.DoesNotContain("canary", preview.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(("POST", """{"a":1}"""), ((string?)preview["method"], (string?)preview["body"]));
        Assert.Equal(("1", "***", "application/json"), ((string?)preview["headers"]!["X-One"], (string?)preview["headers"]!["X-Api-Key"], (string?)preview["headers"]!["Content-Type"]));
        Assert.Empty(_target.Requests);
    }

    [Theory]
    [InlineData("GET", false, "auto", StepEffect.Safe)]
    [InlineData("HEAD", false, "off", StepEffect.Safe)]
    [InlineData("OPTIONS", false, "off", StepEffect.Safe)]
    [InlineData("POST", false, "auto", StepEffect.Unsafe)]
    [InlineData("POST", true, "auto", StepEffect.Safe)]
    [InlineData("POST", true, "off", StepEffect.Unsafe)]
    public void EffectOf_MethodAndKey_Decide(string method, bool safeToRepeat, string key, StepEffect effect)
    {
        using var context = new TestActivityContext(new HttpRequest { Method = method, SafeToRepeat = safeToRepeat, IdempotencyKey = key });
        Assert.Equal(effect, context.Activity.EffectOf(context));
    }

    [Theory]
    [InlineData("""{ "a": "{{ x }}" }""", null, TextEncoding.Json)]
    [InlineData("[{{ x }}]", null, TextEncoding.Json)]
    [InlineData("{{ x }}", null, TextEncoding.None)]
    [InlineData("{{ x }}", "application/vnd.api+json", TextEncoding.Json)]
    [InlineData("""{ "a": "{{ x }}" }""", "text/plain", TextEncoding.None)]
    [InlineData("a={{ x }}", null, TextEncoding.None)]
    public void EncodingOf_Body_FollowsItsContentType(string body, string? contentType, TextEncoding encoding) =>
        Assert.Equal(encoding, new HttpRequest { Body = Expression.Template(body), ContentType = Optional(contentType) }.EncodingOf("body"));

    [Fact]
    public void EncodingOf_Url_PercentEncodes() => Assert.Equal(TextEncoding.Url, new HttpRequest().EncodingOf("url"));

    [Theory]
    [InlineData("url", "/orders")]
    [InlineData("url", "ftp://example.com")]
    [InlineData("url", "http://user:password@example.com")]
    [InlineData("timeoutSeconds", "0")]
    [InlineData("timeoutSeconds", "301")]
    [InlineData("retries", "6")]
    [InlineData("retries", "-1")]
    [InlineData("headers", "no colon")]
    [InlineData("contentType", "text/plain\r\nX: y")]
    [InlineData("expectedStatusCodes", "6xx")]
    [InlineData("expectedStatusCodes", "299-200")]
    public void Validate_WrongLiteral_NamesTheField(string field, string value)
    {
        var problems = new List<string>();
        new HttpRequest().Validate(new ActivityValidation(name => name == field ? value : null, (name, _) => problems.Add(name)));
        Assert.Equal([field], problems);
    }

    private static Connection Credential(string scheme) => new(Ids.NewId(), "api", "http",
        new JsonObject { ["scheme"] = scheme, ["username"] = "ada", ["headerName"] = "X-Api-Key" },
        new Dictionary<string, string> { ["value"] = "canary" });

    private static Input<string>? Optional(string? text) => text is null ? null : (Input<string>)text;

    private static Input<object> Text(string text) => Expression.Literal(text);

    private static Input<object> Value(JsonNode value) => new Expression(ExpressionTypes.Literal, value);
}
