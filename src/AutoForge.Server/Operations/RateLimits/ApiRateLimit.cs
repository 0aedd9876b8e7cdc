using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.RateLimiting;
using AutoForge.Engine.Limits;
using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Operations.RateLimits;

/// <summary>
/// How many requests a minute an account may send to the API, by its plan, told in the headers <c>RateLimit-Policy</c> and
/// <c>RateLimit</c>. Each node counts for itself. Webhooks are bounded by the plan's runs instead.
/// </summary>
internal sealed class ApiRateLimit : IMiddleware, IDisposable
{
    /// <summary>Requests a minute of an account whose plan says nothing: a bound against runaway programs alone.</summary>
    public const int Default = 60_000;

    private const string Policy = "account";
    private const int MostCached = 10_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(15);

    private readonly AccountLimits _limits;
    private readonly TimeProvider _time;
    private readonly bool _isEnabled;
    private readonly ConcurrentDictionary<Guid, (int Limit, long ReadAt)> _cache = [];

    // A change of plan begins a new count.
    private readonly PartitionedRateLimiter<(Guid AccountId, int Limit)> _limiter = PartitionedRateLimiter.Create<(Guid AccountId, int Limit), (Guid, int)>(
        caller => RateLimitPartition.GetFixedWindowLimiter(
            caller, key => new FixedWindowRateLimiterOptions { PermitLimit = key.Item2, Window = Window, QueueLimit = 0 }));

    public ApiRateLimit(AccountLimits limits, TimeProvider time, IOptions<ServerOptions> options)
    {
        _limits = limits;
        _time = time;
        _isEnabled = options.Value.RateLimits.Enabled;
    }

    /// <exception cref="RateLimitedException">The minute's requests are used up.</exception>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!_isEnabled || !IsApi(context.Request.Path) || !context.User.HasAccount())
        {
            await next(context);
            return;
        }

        var account = context.User.AccountId();
        var limit = await LimitAsync(account, context.RequestAborted);
        using var lease = _limiter.AttemptAcquire((account, limit));
        var left = _limiter.GetStatistics((account, limit))?.CurrentAvailablePermits ?? 0;
        // Kept for the start of the answer: an error clears the headers that are set by then.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"{Policy}\";q={limit};w={Window.TotalSeconds:0}");
            context.Response.Headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"{Policy}\";r={left}");
            return Task.CompletedTask;
        });
        if (!lease.IsAcquired)
            throw new RateLimitedException(lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Window);
        await next(context);
    }

    private static bool IsApi(PathString path) => path.StartsWithSegments("/api") || path.StartsWithSegments("/elsa/api");

    private async ValueTask<int> LimitAsync(Guid accountId, CancellationToken cancellationToken)
    {
        if (_cache.TryGetValue(accountId, out var cached) && _time.GetElapsedTime(cached.ReadAt) < CacheTime)
            return cached.Limit;
        var readAt = _time.GetTimestamp();
        var limit = (await _limits.PlanAsync(accountId, cancellationToken)).ApiRequestsPerMinute ?? Default;
        if (_cache.Count >= MostCached)
            _cache.Clear();
        _cache[accountId] = (limit, readAt);
        return limit;
    }

    public void Dispose() => _limiter.Dispose();
}
