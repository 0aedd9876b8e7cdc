using System.Diagnostics.Metrics;
using AutoForge.Engine.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AutoForge.Server.Operations.Telemetry;

/// <summary>
/// Listens to the instruments for as long as the server runs, and sends them and the spans on by OTLP when the standard
/// setting <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to.
/// </summary>
internal sealed class TelemetryExport : IHostedService, IDisposable
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private const int FlushMilliseconds = 2_000;

    private readonly MeterProvider _meters;
    private readonly TracerProvider? _traces;

    public TelemetryExport(EngineMetrics engine, ServerMetrics server, MetricReading reading, NodeName node, IConfiguration configuration)
    {
        var isSent = IsSent(configuration);
        var meters = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(configuration))
            .SetResourceBuilder(Resource(node))
            .AddMeter(EngineTelemetry.MeterName, ServerMetrics.MeterName, "System.Runtime", "Npgsql")
            .AddView(instrument => IsWanted(instrument, engine, server) ? null : MetricStreamConfiguration.Drop)
            .AddReader(new BaseExportingMetricReader(reading));
        _meters = (isSent ? meters.AddOtlpExporter() : meters).Build();
        if (isSent)
        {
            _traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(configuration))
                .SetResourceBuilder(Resource(node))
                .AddSource(EngineTelemetry.SourceName, "Microsoft.AspNetCore")
                .AddProcessor(new AddressRedaction())
                .AddOtlpExporter()
                .Build();
        }
    }

    public static bool IsSent(IConfiguration configuration) => configuration[Endpoint] is { Length: > 0 };

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what is left, within the time that the server has to stop.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            _traces?.ForceFlush(FlushMilliseconds);
            _meters.ForceFlush(FlushMilliseconds);
        },
        CancellationToken.None);

    public void Dispose()
    {
        _traces?.Dispose();
        _meters.Dispose();
    }

    // What the environment says wins: OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES.
    private static ResourceBuilder Resource(NodeName node) => ResourceBuilder.CreateEmpty()
        .AddService("autoforge", serviceVersion: StatusReport.Version, autoGenerateServiceInstanceId: false, serviceInstanceId: node.Id.ToString())
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    // Of the driver only its pools: a measurement per statement would cost more than it tells beside our groups.
    private static bool IsWanted(Instrument instrument, EngineMetrics engine, ServerMetrics server) => instrument.Meter.Name switch
    {
        EngineTelemetry.MeterName => instrument.Meter == engine.Meter,
        ServerMetrics.MeterName => instrument.Meter == server.Meter,
        "Npgsql" => instrument.Name is "db.client.connection.count" or "db.client.connection.max" or "db.client.connection.npgsql.pending_requests"
            or "db.client.connection.npgsql.timeouts",
        _ => true,
    };
}
