using AutoForge.Server.Operations.Minutes;

namespace AutoForge.Server.Operations.Telemetry;

/// <summary>What the server tells of itself: instruments, spans, and a row per minute.</summary>
internal static class TelemetrySetup
{
    /// <summary>Before the engine, so that what its last runs did is still told when the server stops.</summary>
    public static void AddTelemetry(this IServiceCollection services)
    {
        services.AddSingleton<NodeName>();
        services.AddSingleton<DataDisk>();
        services.AddSingleton<ServerMetrics>();
        services.AddSingleton<MetricReading>();
        services.AddSingleton<MinuteTable>();
        services.AddSingleton<MinuteClock>();
        services.AddSingleton<LedgerCheckTable>();
        services.AddSingleton<LedgerCheckClock>();
        services.AddOptions<LedgerCheckOptions>().BindConfiguration("AutoForge:LedgerCheck").ValidateDataAnnotations().ValidateOnStart();
        services.AddHostedService<TelemetryExport>();
        services.AddHostedService(provider => provider.GetRequiredService<MinuteClock>());
        services.AddHostedService(provider => provider.GetRequiredService<LedgerCheckClock>());
    }

    /// <summary>Names the spans of requests, while they are sent anywhere. After routing.</summary>
    public static void UseRequestSpans(this WebApplication app)
    {
        if (TelemetryExport.IsSent(app.Configuration))
            app.UseMiddleware<RequestSpan>();
    }
}
