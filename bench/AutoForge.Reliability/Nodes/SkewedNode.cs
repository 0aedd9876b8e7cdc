using System.Globalization;
using AutoForge.Server;
using AutoForge.Server.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AutoForge.Reliability.Nodes;

/// <summary>The server as its program makes it, with a clock that is wrong.</summary>
internal static class SkewedNode
{
    /// <summary>Seconds that the clock is ahead; makes this program such a node.</summary>
    public const string Variable = "RELIABILITY_CLOCK_SKEW";

    public static async Task RunAsync(string[] args, string seconds)
    {
        var clock = new SkewedTime(TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)));
        var builder = WebApplication.CreateBuilder(args);
        using var loggers = LoggerFactory.Create(logging => logging.ConfigureLogs());
        await using var storage = StorageOpening.Begin(builder, loggers);
        builder.AddAutoForgeServer(storage);
        builder.Services.AddSingleton<TimeProvider>(clock);
        await using var app = builder.Build();
        app.MapAutoForge();
        await storage.Completion;
        await app.RunAsync();
    }

    private sealed class SkewedTime(TimeSpan skew) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + skew;
    }
}
