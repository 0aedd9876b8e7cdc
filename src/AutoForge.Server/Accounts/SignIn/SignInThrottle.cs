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
    private const int MailsPerHour = 5;
    private const int CodesPerFiveMinutes = 5;

    private readonly PartitionedRateLimiter<string> _callers = Per(TimeSpan.FromMinutes(1), PerCallerAndMinute);
    private readonly PartitionedRateLimiter<string> _emails = Per(TimeSpan.FromMinutes(1), PerEmailAndMinute);
    private readonly PartitionedRateLimiter<string> _mails = Per(TimeSpan.FromHours(1), MailsPerHour);
    private readonly PartitionedRateLimiter<string> _codes = Per(TimeSpan.FromMinutes(5), CodesPerFiveMinutes);

    /// <exception cref="RateLimitedException">The caller has used up this minute.</exception>
    public void CountCaller(string route, HttpContext context) => Count(_callers, $"{route} {Network(context.Connection.RemoteIpAddress)}");

    /// <exception cref="RateLimitedException">The address has used up this minute.</exception>
    public void CountEmail(string email) => Count(_emails, email.ToUpperInvariant());

    /// <summary>Before a mail is sent to an address because somebody, who may be anybody, asked for it.</summary>
    /// <exception cref="RateLimitedException">The address has used up this hour, whether it is known or not.</exception>
    public void CountMail(string email) => Count(_mails, email.ToUpperInvariant());

    /// <summary>Before a code of six digits is compared.</summary>
    /// <exception cref="RateLimitedException">The user has used up these five minutes.</exception>
    public void CountCode(Guid userId) => Count(_codes, userId.ToString());

    public void Dispose()
    {
        _mails.Dispose();
        _codes.Dispose();
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

    private static PartitionedRateLimiter<string> Per(TimeSpan window, int permits) =>
        PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetFixedWindowLimiter(key, _ =>
            new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = window }));
}
