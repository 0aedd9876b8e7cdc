using AutoForge.Server.Accounts;

namespace AutoForge.Server.Operations.Telemetry;

/// <summary><c>GET /metrics</c>: this node's instruments, for a scraper that has the token and for administrators.</summary>
internal static class MetricsEndpoint
{
    public static void MapMetrics(this IEndpointRouteBuilder app) =>
        app.MapGet("/metrics", (MetricReading reading) => TypedResults.Text(PrometheusText.Of(reading.Take()), PrometheusText.ContentType))
            .ForScrapers()
            .ExcludeFromDescription();
}
