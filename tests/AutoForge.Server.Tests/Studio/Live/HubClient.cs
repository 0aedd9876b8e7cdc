using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace AutoForge.Server.Tests.Studio.Live;

/// <summary>One connection of the viewer: SignalR's JSON protocol over a WebSocket, without negotiation.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private const char End = '\u001e';
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ClientWebSocket _socket = new();
    private readonly Channel<HubMessage> _messages = Channel.CreateUnbounded<HubMessage>();
    private readonly TaskCompletionSource<string?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask;

    private HubClient() { }

    /// <param name="headers">Who is calling, and from where.</param>
    public static async Task<HubClient> ConnectAsync(Uri server, params (string Name, string Value)[] headers)
    {
        var client = new HubClient();
        foreach (var (name, value) in headers)
            client._socket.Options.SetRequestHeader(name, value);
        await client._socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/elsa/hubs/workflow-instance" }.Uri, TestContext.Current.CancellationToken);
        await client.SendAsync(new JsonObject { ["protocol"] = "json", ["version"] = 1 });
        client._reading = client.ReadAsync();
        return client;
    }

    /// <summary>Returns what the server has against it; null = nothing.</summary>
    public async Task<string?> ObserveAsync(string runId)
    {
        await SendAsync(new JsonObject { ["type"] = 1, ["invocationId"] = "1", ["target"] = "ObserveInstanceAsync", ["arguments"] = new JsonArray(runId) });
        return await _answer.Task.WaitAsync(Patience);
    }

    public async Task<HubMessage> NextAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        return await _messages.Reader.ReadAsync(limit.Token);
    }

    /// <summary>The messages up to and with the next that says that the instance is to be read anew.</summary>
    public async Task<IReadOnlyList<HubMessage>> NextSetAsync()
    {
        var set = new List<HubMessage>();
        do
            set.Add(await NextAsync());
        while (set[^1].Target != "WorkflowInstanceUpdatedAsync");
        return set;
    }

    public bool TryNext(out HubMessage? message) => _messages.Reader.TryRead(out message);

    public async ValueTask DisposeAsync()
    {
        if (_socket.State == WebSocketState.Open)
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        // The reader sees the server's half of the goodbye.
        await _reading;
        _socket.Dispose();
    }

    private Task SendAsync(JsonObject message) => _socket.SendAsync(
        Encoding.UTF8.GetBytes(message.ToJsonString() + End), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);

    private async Task ReadAsync()
    {
        var buffer = new byte[16 * 1024];
        var text = new StringBuilder();
        try
        {
            while (await _socket.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } received)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, received.Count));
                if (!received.EndOfMessage)
                    continue;
                foreach (var frame in text.ToString().Split(End, StringSplitOptions.RemoveEmptyEntries))
                    Take(JsonNode.Parse(frame)!.AsObject());
                text.Clear();
            }
        }
        catch (WebSocketException)
        {
            // The server went away; whoever waits for more runs into the limit.
        }
        _messages.Writer.TryComplete();
    }

    private void Take(JsonObject frame)
    {
        switch (frame["type"]?.GetValue<int>())
        {
            case 1:
                _messages.Writer.TryWrite(new HubMessage(frame["target"]!.GetValue<string>(), frame["arguments"]!.AsArray()));
                break;
            case 3:
                _answer.TrySetResult(frame["error"]?.GetValue<string>());
                break;
        }
    }
}

/// <summary>What the server told the viewer.</summary>
internal sealed record HubMessage(string Target, JsonArray Arguments);
