using System.Net;
using System.Net.Sockets;

namespace AutoForge.Testing.Servers;

/// <summary>A loopback port that nothing listens on, for servers that cannot choose one themselves.</summary>
public static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
