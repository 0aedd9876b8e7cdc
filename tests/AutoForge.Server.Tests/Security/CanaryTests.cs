using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AutoForge.Server.Tests.EndToEnd;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;
using Microsoft.AspNetCore.Http;

namespace AutoForge.Server.Tests.Security;

/// <summary>security.md, secrets at rest: canaries in every place that takes a secret are in no history, no answer and no log.</summary>
public sealed class CanaryTests : IAsyncLifetime
{
    /// <summary>What a person or a program looks at afterwards; definitions and sealed credentials are where secrets belong.</summary>
    private static readonly string[] History = ["runs", "steps", "run_inputs", "refusals", "ledger_entries", "jobs", "schema_migrations", "accounts"];

    private readonly Dictionary<string, string> _canaries = [];
    private readonly CanaryDatabase _database = new();
    private readonly StringBuilder _dryRuns = new();
    private HttpTarget _target = null!;
    private ServerProcess _server = null!;
    private ApiClient _account = null!;

    public async ValueTask InitializeAsync()
    {
        await _database.InitializeAsync();
        _target = await HttpTarget.StartAsync();
        _target.On("/echo", EchoAsync).On("/refuses", context => EchoAsync(context, StatusCodes.Status500InternalServerError));
        _server = await ServerProcess.StartAsync(new Dictionary<string, string>
        {
            ["AutoForge__Database"] = _database.ConnectionString,
            ["AutoForge__Egress__AllowedHosts__0"] = "localhost",
            ["Logging__LogLevel__Default"] = "Trace",
        });
        _account = await _server.RegisterAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _account.Dispose();
        await _server.DisposeAsync();
        await _target.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Secrets_OfEveryKindThroughEchoesAndFailures_AreNowhere()
    {
        await using var smtp = new SmtpStub().On("AUTH", "535 no").On("MAIL", "550 no");
        await ConnectAsync("smtp", "mail", new() { ["host"] = "localhost", ["port"] = smtp.Port, ["security"] = "none", ["from"] = "a@example.com", ["username"] = "u" }, "password");
        await ConnectAsync("telegram", "bot", new() { ["baseUrl"] = _target.Url("/echo") }, "token", prefix: "123456:");
        await ConnectAsync("http", "bearer", new() { ["scheme"] = "bearer" }, "value");
        await ConnectAsync("http", "basic", new() { ["scheme"] = "basic", ["username"] = "user" }, "value");
        await ConnectAsync("http", "header", new() { ["scheme"] = "header", ["headerName"] = "X-Custom" }, "value");
        await ConnectAsync("secret", "hook secret", [], "value");
        _canaries["basic, encoded"] = Convert.ToBase64String(Encoding.UTF8.GetBytes("user:" + _canaries["basic"]));

        JsonObject[] requests =
        [
            Request("bearer", ("authentication", Draw.Literal("bearer"))),
            Request("basic", ("authentication", Draw.Literal("basic"))),
            Request("header", ("authentication", Draw.Literal("header"))),
            Request("headersAsJson", ("headers", Draw.Literal(new JsonObject { ["Authorization"] = "Bearer " + Canary("headersAsJson"), ["Accept"] = "a/b" }))),
            Request("headersAsText", ("headers", Draw.Literal($$"""{"X-Api-Key": "{{Canary("headersAsText")}}"}"""))),
            Request("headersAsLines", ("headers", Draw.Literal($"Accept: a/b\nAuthorization: Bearer {Canary("headersAsLines")}"))),
            Request("headersAsTemplate", ("headers", Draw.Template($$$"""{"Cookie": "session={{{Canary("headersAsTemplate")}}}; run={{ run.id }}"}"""))),
            Draw.Activity("chat", "AutoForge.TelegramMessage", ("connection", Draw.Literal("bot")), ("chatId", Draw.Literal("1")), ("text", Draw.Literal("hi"))),
            Draw.Activity("mail", "AutoForge.SendEmail", ("connection", Draw.Literal("mail")), ("to", Draw.Literal("b@example.com")), ("subject", Draw.Literal("s")), ("text", Draw.Literal("t"))),
        ];
        var runs = new List<string>();
        foreach (var request in requests)
        {
            runs.Add(await RunAsync(Draw.Chain("Canary", Draw.Webhook(), request), new()));
            request["url"] = Draw.Literal(_target.Url("/refuses"));
            runs.Add(await RunAsync(Draw.Chain("Canary", Draw.Webhook(), (JsonObject)request.DeepClone()), new()));
            request["url"] = Draw.Literal("http://localhost:1/");
            runs.Add(await RunAsync(Draw.Chain("Canary", Draw.Webhook(), (JsonObject)request.DeepClone()), new()));
        }
        runs.Add(await RunAsync(Draw.Chain("Signed", Draw.Webhook("hook", ("secret", Draw.Literal(Canary("webhook literal"))))), Signed("webhook literal")));
        runs.Add(await RunAsync(Draw.Chain("Signed", Draw.Webhook("hook", ("secret", Draw.Literal("hook secret")))), Signed("hook secret")));
        runs.Add(await RunAsync(Draw.Chain("Caller", Draw.Webhook()), new()
        {
            ["Authorization"] = "Bearer " + Canary("caller's token"),
            ["Cookie"] = "a=" + Canary("caller's cookie"),
        }));

        Assert.True(_canaries.Count >= 12);
        var answers = await AnswersAsync(runs);
        var tables = await TablesAsync();
        // Otherwise nothing could be found in them.
        Assert.Contains("headersAsJson", tables, StringComparison.Ordinal);
        Assert.Contains("wouldSend", answers, StringComparison.Ordinal);
        Assert.True(_server.Output.Length > 10_000);
        Assert.All(_canaries, canary =>
        {
            Assert.False(answers.Contains(canary.Value, StringComparison.Ordinal), $"An answer holds {canary.Key}: {Around(answers, canary.Value)}");
            Assert.False(tables.Contains(canary.Value, StringComparison.Ordinal), $"A table holds {canary.Key}: {Around(tables, canary.Value)}");
            Assert.False(_server.Output.Contains(canary.Value, StringComparison.Ordinal), $"The log holds {canary.Key}: {Around(_server.Output, canary.Value)}");
        });
    }

    private string Canary(string name) => _canaries.TryGetValue(name, out var known) ? known : _canaries[name] = "canary" + Convert.ToHexString(RandomNumberGenerator.GetBytes(12));

    private async Task ConnectAsync(string type, string name, JsonObject settings, string secret, string prefix = "") =>
        (await _account.PostAsync("/api/v1/connections", new JsonObject
        {
            ["name"] = name,
            ["type"] = type,
            ["settings"] = settings,
            ["secrets"] = new JsonObject { [secret] = prefix + Canary(name) },
        })).Expect(HttpStatusCode.Created);

    private JsonObject Request(string id, params (string, JsonObject)[] inputs) =>
        Draw.Activity(id, "AutoForge.HttpRequest", [("method", Draw.Literal("POST")), ("url", Draw.Literal(_target.Url("/echo"))), .. inputs]);

    private Dictionary<string, string> Signed(string secret) => new()
    {
        ["X-Hub-Signature-256"] = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Canary(secret)), "{}"u8)),
    };

    /// <summary>Publishes, asks for a dry run, calls the address once unsigned and once as told, and waits for the end.</summary>
    private async Task<string> RunAsync(JsonObject workflow, Dictionary<string, string> headers)
    {
        var publication = await _account.PublishAsync((JsonObject)workflow.DeepClone());
        _dryRuns.AppendLine((await _account.PostAsync($"/api/v1/workflows/{publication["definitionId"]}/run", new JsonObject { ["dryRun"] = true }))
            .Expect(HttpStatusCode.OK).ToJsonString());
        using var caller = new ApiClient(_server.Address);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(publication["triggers"]![0]!["url"]!.GetValue<string>()).AbsolutePath)
        {
            Content = new StringContent("{}", Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var accepted = (await caller.SendAsync(request)).Expect(HttpStatusCode.Accepted);
        var runId = accepted["runId"]!.GetValue<string>();
        await _account.EndOfAsync(runId);
        return runId;
    }

    /// <summary>Everything a step's target heard, said back: body, a header and a cookie.</summary>
    private static Task EchoAsync(HttpContext context) => EchoAsync(context, StatusCodes.Status200OK);

    private static async Task EchoAsync(HttpContext context, int status)
    {
        var heard = new JsonObject(context.Request.Headers.Select(h => KeyValuePair.Create(h.Key, (JsonNode?)h.Value.ToString())))
        {
            ["path"] = context.Request.Path.Value,
        };
        context.Response.StatusCode = status;
        context.Response.Headers.SetCookie = "echo=" + Uri.EscapeDataString(heard.ToJsonString());
        context.Response.Headers["X-Echo"] = context.Request.Headers.Authorization.ToString();
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(heard.ToJsonString());
    }

    private async Task<string> AnswersAsync(IEnumerable<string> runs)
    {
        var text = new StringBuilder(_dryRuns.ToString());
        foreach (var run in runs)
        {
            foreach (var path in new[] { $"/api/v1/runs/{run}", $"/api/v1/runs/{run}/steps", $"/api/v1/runs/{run}/receipt", $"/api/jobs/{run}" })
                text.AppendLine((await _account.GetAsync(path)).Expect(HttpStatusCode.OK).ToJsonString());
        }
        foreach (var path in new[] { "/api/v1/connections", "/api/v1/runs", "/api/credits/ledger", "/api/v1/refusals" })
            text.AppendLine((await _account.GetAsync(path)).Expect(HttpStatusCode.OK).ToJsonString());
        return text.ToString();
    }

    private async Task<string> TablesAsync()
    {
        var text = new StringBuilder();
        foreach (var table in History)
        {
            // bytea is shown as hex; the payloads are UTF-8.
            var columns = table == "run_inputs" ? "convert_from(t.payload, 'UTF8')" : "t::text";
            await using var command = _database.DataSource.CreateCommand($"SELECT {columns} FROM {table} AS t");
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                text.AppendLine(reader.GetString(0));
        }
        return text.ToString();
    }

    private static string Around(string text, string found) =>
        text.Substring(Math.Max(0, text.IndexOf(found, StringComparison.Ordinal) - 300), 400);

    private sealed class CanaryDatabase() : TestDatabase([typeof(AutoForgeServer).Assembly]);
}
