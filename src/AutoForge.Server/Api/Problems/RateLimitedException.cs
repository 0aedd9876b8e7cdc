namespace AutoForge.Server.Api.Problems;

/// <summary>The caller asks too often.</summary>
internal sealed class RateLimitedException(TimeSpan retryAfter) : AutoForgeException("rate_limited", "Too many requests.")
{
    public TimeSpan RetryAfter { get; } = retryAfter;
}
