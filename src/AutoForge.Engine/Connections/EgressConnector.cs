using System.Net;
using System.Net.Sockets;

namespace AutoForge.Engine.Connections;

/// <summary>
/// Resolves a name once, checks every address it has, and connects to one of exactly those: a name that resolves to
/// something else a moment later (rebinding) changes nothing.
/// </summary>
/// <param name="policy">What is allowed.</param>
/// <param name="timeout">For resolving and connecting together.</param>
/// <param name="time">Measures it.</param>
/// <param name="resolve">Name resolution; null = the system's.</param>
internal sealed class EgressConnector(
    EgressPolicy policy,
    TimeSpan timeout,
    TimeProvider time,
    Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve = resolve ?? Dns.GetHostAddressesAsync;

    /// <inheritdoc cref="AutoForge.Connections.Egress.ConnectAsync"/>
    public async ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            // Also the short, octal and hexadecimal forms of IPv4 that the system's resolver would take: 127.1, 0x7f.1
            var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await _resolve(host, either.Token);
            // One private address among public ones is how a name is made to slip through.
            if (addresses.Any(address => !policy.Allows(host, port, address)))
                throw EgressPolicy.Refusal(host, port);
            return await ConnectAsync(addresses, port, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"No connection to {host}:{port} within {timeout.TotalSeconds:0} seconds.");
        }
    }

    private static async Task<Stream> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        SocketException? last = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException e)
            {
                socket.Dispose();
                last = e;
            }
            catch (OperationCanceledException)
            {
                socket.Dispose();
                throw;
            }
        }
        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }
}
