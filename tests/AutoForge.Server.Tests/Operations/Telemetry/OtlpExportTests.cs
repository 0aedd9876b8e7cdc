using System.Net;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;

namespace AutoForge.Server.Tests.Operations.Telemetry;

/// <summary>A server process with the standard settings of OpenTelemetry, and a collector.</summary>
public sealed class OtlpExportTests
{
    private const string CallerTrace = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task Server_WithAnEndpoint_SendsItsMetricsAndTheWholeTraceOfARunAndNoSecret()
    {
        var connectionString = await PostgresServer.CreateDatabaseAsync();
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var target = await HttpTarget.StartAsync();
        await using (var server = await ServerProcess.StartAsync(new Dictionary<string, string>
        {
            ["AutoForge__Database"] = connectionString,
            ["AutoForge__Egress__AllowedHosts__0"] = "localhost",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        }))
        {
            using var account = await server.RegisterAsync();
            var hook = new Uri((string)(await account.PublishAsync(Draw.Chain(
                "Traced", Draw.Webhook(), Draw.Activity("get", "AutoForge.HttpRequest", ("url", Draw.Literal(target.Url("/secret-path")))))))["triggers"]![0]!["url"]!).AbsolutePath;
            var call = new HttpRequestMessage(HttpMethod.Post, hook + "?key=secret-query");
            call.Headers.Add("traceparent", $"00-{CallerTrace}-00f067aa0ba902b7-01");
            call.Headers.Add("baggage", "customer=secret-baggage");
            var run = (string)(await account.SendAsync(call)).Expect(HttpStatusCode.Accepted)["runId"]!;
            await account.EndOfAsync(run);
            // What is left is sent when the server stops.
            Assert.Equal(0, await server.StopAsync());

            var trace = receiver.Spans.Where(span => span.TraceId == CallerTrace).ToList();
            var request = Assert.Single(trace, span => span.ParentId == "00f067aa0ba902b7");
            var accept = Assert.Single(trace, span => span.Name == "accept");
            var walked = Assert.Single(trace, span => span.Name == "run");
            Assert.Equal((request.Id, accept.Id), (accept.ParentId, walked.ParentId));
            Assert.Equal((run, "Succeeded"), (walked.Tags["autoforge.run.id"], walked.Tags["autoforge.outcome"]));
            Assert.Contains(trace, span => span.Name == "step" && span.ParentId == walked.Id && span.Tags["autoforge.activity.type"] == "AutoForge.HttpRequest");
            Assert.Superset(
                new HashSet<string> { "autoforge.run.duration", "autoforge.accept.requests", "autoforge.group.size", "autoforge.database.up" }, receiver.Metrics.ToHashSet());
            Assert.Contains("/hooks/{token}", receiver.Text, StringComparison.Ordinal);
            foreach (var secret in new[] { hook.Split('/')[^1], "secret-path", "secret-query", "secret-baggage" })
                Assert.DoesNotContain(secret, receiver.Text, StringComparison.Ordinal);
            Assert.Null(Assert.Single(target.Requests).Header("traceparent"));
        }
        await PostgresServer.DropDatabaseAsync(connectionString);
    }
}
