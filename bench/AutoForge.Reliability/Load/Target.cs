using System.Globalization;
using System.Web;
using AutoForge.Testing.Servers;
using Microsoft.AspNetCore.Http;

namespace AutoForge.Reliability.Load;

/// <summary>A request of a run, as it arrived.</summary>
/// <param name="Call">The number of the call that started the run; -1 for a scheduled run.</param>
internal sealed record Arrival(string Path, int Call, string? IdempotencyKey);

/// <summary>What the workflows call. It remembers everything, and lives through all crashes.</summary>
internal sealed class Target : IAsyncDisposable
{
    public const string Safe = "/safe";
    public const string SafeAgain = "/safe-again";
    public const string Unsafe = "/unsafe";
    public const string Keyed = "/keyed";
    public const string Failing = "/failing";
    public const string Rested = "/rested";
    public const string RestedAgain = "/rested-again";
    public const string Cancelled = "/cancelled";
    public const string Scheduled = "/scheduled";
    public const string Gated = "/gated";

    // Some answers take long enough for leases to be renewed meanwhile.
    private const int SlowPercent = 10;
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(900);

    private readonly HttpTarget _http;

    private Target(HttpTarget http) => _http = http;

    /// <summary>Called with the number of a call on a gated request; the answer waits for it.</summary>
    public Func<int, Task<string>> OnGated { get; set; } = _ => Task.FromResult("{}");

    /// <summary>Everything so far.</summary>
    public IReadOnlyList<Arrival> Arrivals => [.. _http.Requests.Select(Read)];

    public static async Task<Target> StartAsync()
    {
        var target = new Target(await HttpTarget.StartAsync());
        foreach (var path in new[] { Safe, SafeAgain, Unsafe, Keyed, Rested, RestedAgain, Cancelled, Scheduled })
            target._http.On(path, context => AnswerAsync(context, StatusCodes.Status200OK));
        target._http.On(Failing, context => AnswerAsync(context, StatusCodes.Status500InternalServerError));
        target._http.On(Gated, async context =>
        {
            var answer = await target.OnGated(int.Parse(context.Request.Query["call"]!, CultureInfo.InvariantCulture));
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(answer);
        });
        return target;
    }

    public string Url(string path) => _http.Url(path);

    private static async Task AnswerAsync(HttpContext context, int status)
    {
        await Task.Delay(Random.Shared.Next(100) < SlowPercent ? Slow : TimeSpan.FromMilliseconds(Random.Shared.Next(5)));
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync("{}");
    }

    private static Arrival Read(RecordedRequest request)
    {
        var (path, query) = request.Path.Split('?') is [var p, var q] ? (p, q) : (request.Path, "");
        return new Arrival(
            path,
            int.TryParse(HttpUtility.ParseQueryString(query)["call"], NumberStyles.None, CultureInfo.InvariantCulture, out var call) ? call : -1,
            request.Header("Idempotency-Key"));
    }

    public ValueTask DisposeAsync() => _http.DisposeAsync();
}
