using System.Collections.Concurrent;
using System.Diagnostics;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Telemetry;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Testing;
using AutoForge.Testing.Servers;

namespace AutoForge.Engine.Tests.Telemetry;

/// <summary>The spans of a run, and that they stay inside.</summary>
public sealed class RunTraceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Run_KeptByTheNode_IsOneTraceWithItsCallAndTellsTheOutsideNothing()
    {
        await using var target = await HttpTarget.StartAsync();
        await using var node = await TestEngine.CreateAsync(database.ConnectionString);
        await node.StartAsync();
        var account = await node.OpenAccountAsync();
        var workflow = await node.DrawAsync(account, Hosting.Steps.Request("get", "GET", target.Url("/")), Hosting.Steps.Fault("stop"));
        using var call = new Activity("call").SetIdFormat(ActivityIdFormat.W3C).Start();
        call.SetBaggage("customer", "secret");
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == EngineTelemetry.SourceName,
            Sample = (ref options) => options.Parent.TraceId == call.TraceId ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        var run = await node.AcceptAsync(account, workflow);
        await node.EndOfAsync(account, run);
        await node.Get<JobWorker>().StopAsync(TestContext.Current.CancellationToken);

        Activity One(string name) => Assert.Single(spans, span => span.OperationName == name);
        Assert.Equal((call.SpanId, call.TraceId), (One("accept").ParentSpanId, One("accept").TraceId));
        Assert.Equal((One("accept").SpanId, run, "Failed"), (One("run").ParentSpanId, One("run").GetTagItem("autoforge.run.id"), One("run").GetTagItem("autoforge.outcome")));
        var steps = spans.Where(span => span.OperationName == "step").ToList();
        Assert.All(steps, step => Assert.Equal((One("run").SpanId, call.TraceId), (step.ParentSpanId, step.TraceId)));
        Assert.Contains(steps, step => (string?)step.GetTagItem("autoforge.activity.type") == "AutoForge.HttpRequest");
        Assert.DoesNotContain(spans.SelectMany(span => span.TagObjects), tag => tag.Value is Guid id && id == account);
        var request = Assert.Single(target.Requests);
        Assert.All(["traceparent", "tracestate", "baggage", "Correlation-Context", "Request-Id"], header => Assert.Null(request.Header(header)));
    }
}
