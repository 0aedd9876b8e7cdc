using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using AutoForge.Server.Api.Problems;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Accounts.SignIn;

/// <summary>
/// Bounds guessing, and the work of hashing, before a password is hashed: by the caller's address and, at sign-in, by the
/// e-mail address, whether it is known or not. Each node counts for itself.
/// </summary>
internal sealed class SignInThrottle(IOptions<ServerOptions> options) : IDisposable
{
    private const int PerCallerAndMinute = 60;
    private const int PerEmailAndMinute = 10;

    private readonly PartitionedRateLimiter<string> _callers = PerMinute(PerCallerAndMinute);
    private readonly PartitionedRateLimiter<string> _emails = PerMinute(PerEmailAndMinute);

    /// <exception cref="RateLimitedException">The caller has used up this minute.</exception>
    public void CountCaller(string route, HttpContext context) => Count(_callers, $"{route} {Network(context.Connection.RemoteIpAddress)}");

    /// <exception cref="RateLimitedException">The address has used up this minute.</exception>
    public void CountEmail(string email) => Count(_emails, email.ToUpperInvariant());

    public void Dispose()
    {
        _callers.Dispose();
        _emails.Dispose();
    }

    private void Count(PartitionedRateLimiter<string> limiter, string key)
    {
        if (!options.Value.RateLimits.Enabled)
            return;
        using var lease = limiter.AttemptAcquire(key);
        if (!lease.IsAcquired)
            throw new RateLimitedException(lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromMinutes(1));
    }

    // One subscriber has a whole /64 of IPv6 addresses.
    private static string Network(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }

    private static PartitionedRateLimiter<string> PerMinute(int permits) =>
        PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetFixedWindowLimiter(key, _ =>
            new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = TimeSpan.FromMinutes(1) }));
}
