using System.Net.Sockets;
using System.Text;
using AutoForge.Testing;

namespace AutoForge.Server.Tests.Operations;

public sealed class DrainTests
{
    [Fact]
    public async Task Stop_WithARequestUnderWay_AnswersItAndTakesNoOther()
    {
        var cancelled = TestContext.Current.CancellationToken;
        await using var node = await TestNode.StartAsync(await PostgresServer.CreateDatabaseAsync());
        var address = node.Address;
        using var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port, cancelled);
        await using var stream = connection.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            "POST /api/auth/refresh HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"), cancelled);
        // The server says so when the handler asks for the body: the request is under way.
        Assert.Equal("HTTP/1.1 100 Continue", await reader.ReadLineAsync(cancelled));

        var stopped = node.App.StopAsync(cancelled);
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            // Until the port is closed; the test's own time limit ends a server that never does.
            while (true)
            {
                using var late = new TcpClient();
                await late.ConnectAsync(address.Host, address.Port, cancelled);
            }
        });
        Assert.False(stopped.IsCompleted);
        await stream.WriteAsync("{}"u8.ToArray(), cancelled);

        Assert.Equal("", await reader.ReadLineAsync(cancelled));
        Assert.Equal("HTTP/1.1 401 Unauthorized", await reader.ReadLineAsync(cancelled));
        await stopped;
    }
}
