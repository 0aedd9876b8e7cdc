using System.Diagnostics;
using System.Globalization;
using System.Net;
using AutoForge.Bench.Throughput;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AutoForge.Bench.Floor;

/// <summary>What bare Kestrel takes to answer the same calls with the same 202, and to do nothing: a process of its own under the same load.</summary>
internal static class EndpointFloor
{
    /// <summary>The bench's own program with this argument is the endpoint.</summary>
    public const string Command = "endpoint";

    /// <summary>Serves until standard input ends.</summary>
    public static async Task ServeAsync()
    {
        var answer = """{"runId":"019a0000-0000-7000-8000-000000000000","status":"Queued"}"""u8.ToArray();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using var app = builder.Build();
        app.Run(async context =>
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = answer.Length;
            await context.Response.Body.WriteAsync(answer);
        });
        await app.StartAsync();
        Console.WriteLine(new Uri(app.Urls.Single()).Port);
        await Console.In.ReadToEndAsync();
    }

    public static async Task<FloorRow> MeasureAsync(IReadOnlyList<Hook> hooks, int connections, TimeSpan warmUp, TimeSpan window)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(EndpointFloor).Assembly.Location);
        start.ArgumentList.Add(Command);
        using var endpoint = Process.Start(start) ?? throw new InvalidOperationException("The endpoint did not start.");
        try
        {
            var port = int.Parse((await endpoint.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
            return await MeasureAsync(endpoint.Id, new IPEndPoint(IPAddress.Loopback, port), hooks, connections, warmUp, window);
        }
        finally
        {
            endpoint.StandardInput.Close();
            await endpoint.WaitForExitAsync();
        }
    }

    private static async Task<FloorRow> MeasureAsync(
        int process, IPEndPoint address, IReadOnlyList<Hook> hooks, int connections, TimeSpan warmUp, TimeSpan window)
    {
        var flights = new FlightBook();
        await using var load = new Load(address, hooks, flights, new LoadPlan(connections) { WaitsForLanding = false });
        await load.GoOnAsync(warmUp);
        var (begin, callsBefore, cpuBefore, benchBefore) =
            (Stopwatch.GetTimestamp(), flights.Count, ProcessTimes.Of(process), Environment.CpuUsage.TotalTime);
        await load.GoOnAsync(window);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var calls = flights.Count - callsBefore;
        var (server, bench) = (ProcessTimes.Of(process) - cpuBefore, Environment.CpuUsage.TotalTime - benchBefore);
        await load.StopAsync(window);
        return new FloorRow($"bare endpoint, {connections} callers", calls / seconds, server.TotalMilliseconds / calls, bench.TotalMilliseconds / calls);
    }
}
