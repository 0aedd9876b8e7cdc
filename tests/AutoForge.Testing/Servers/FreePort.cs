using System.Net;
using System.Net.Sockets;

namespace AutoForge.Testing.Servers;

/// <summary>A loopback port for a server that cannot choose one itself, or that has to come back to the one it had.</summary>
public static class FreePort
{
    // Below the range that the system takes the ports of outgoing connections and of port 0 from.
    private const int First = 15_000, End = 30_000;

    private static readonly List<Socket> s_claims = [];

    /// <summary>Nothing listens on it, and nobody else gets it from here, in any process, before this one ends.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            // The same number over UDP is the claim: the system knows it in all processes, and drops it with this one.
            var claim = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            if (CanBind(claim, port) && CanListen(port))
            {
                lock (s_claims)
                    s_claims.Add(claim);
                return port;
            }
            claim.Dispose();
        }
    }

    private static bool CanListen(int port)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        return CanBind(listener, port);
    }

    private static bool CanBind(Socket socket, int port)
    {
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
