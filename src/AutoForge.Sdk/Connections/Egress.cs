using AutoForge.Activities;

namespace AutoForge.Connections;

/// <summary>
/// The only way out to hosts that a user can name. Every connection goes to an address that was checked: public, or
/// allowed by the operator. Activities get it from <see cref="ActivityContext.Services"/>.
/// </summary>
/// <remarks>
/// A refusal is a <see cref="FaultException"/>: <c>address_not_allowed</c>, <c>invalid_url</c>,
/// <c>response_too_large</c> (1 MiB after decompression unless the operator set another limit) or
/// <c>too_many_redirects</c> (more than five).
/// </remarks>
public abstract class Egress
{
    /// <summary>
    /// Shared; do not dispose. Follows at most five redirects, each checked again; a redirect to another origin takes no
    /// headers along but the harmless ones. Keeps no cookies, uses no proxy. Its own time limit is
    /// five minutes: give a cancellation token for a shorter one.
    /// </summary>
    public abstract HttpClient Http { get; }

    /// <summary>Opens a TCP connection; the caller disposes the stream.</summary>
    /// <exception cref="FaultException">The address is not allowed (<c>address_not_allowed</c>).</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The host is unknown or does not answer.</exception>
    /// <exception cref="TimeoutException">The connection was not made within ten seconds.</exception>
    public abstract ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken);
}
