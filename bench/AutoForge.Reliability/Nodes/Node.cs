using System.Text.RegularExpressions;
using AutoForge.Testing.Running;

namespace AutoForge.Reliability.Nodes;

/// <summary>One node of a cluster: a real server process at one address, in as many lives as it takes.</summary>
internal sealed partial class Node(int port, IReadOnlyDictionary<string, string> settings) : IAsyncDisposable
{
    private ServerProcess? _server;
    private int _fencingRejections;

    public Uri Address { get; } = new($"http://127.0.0.1:{port}");

    /// <summary>Of its present life.</summary>
    public int ProcessId => _server!.ProcessId;

    /// <summary>Writes that the fence has refused in former lives; in this one too once it has ended.</summary>
    public int FencingRejections => _fencingRejections;

    /// <summary>The program instead of the server, and settings for all lives.</summary>
    public string? Program { get; init; }

    /// <summary>Waits until it answers.</summary>
    /// <param name="more">Settings of this life alone.</param>
    /// <exception cref="ServerEndedException">It died before it could answer.</exception>
    public async Task StartAsync(params (string Name, string Value)[] more)
    {
        var all = new Dictionary<string, string>(settings);
        foreach (var (name, value) in more)
            all[name] = value;
        _server = await ServerProcess.StartAsync(all, port, Program);
    }

    public async Task KillAsync()
    {
        if (_server is { } server)
        {
            await server.KillAsync();
            await EndAsync(server);
        }
    }

    /// <summary>Drains and stops it.</summary>
    public async Task StopAsync()
    {
        if (_server is { } server)
        {
            await server.StopAsync();
            await EndAsync(server);
        }
    }

    /// <summary>Stops its time: no thread of it runs until <see cref="ThawAsync"/>.</summary>
    public Task FreezeAsync() => Signals.SendAsync(ProcessId, "STOP");

    public Task ThawAsync() => Signals.SendAsync(ProcessId, "CONT");

    /// <summary>Waits for its death.</summary>
    /// <returns>The exit code, 137 after SIGKILL; null when it still lives.</returns>
    public async Task<int?> DeathAsync(TimeSpan patience)
    {
        var server = _server!;
        if (await server.ExitCodeAsync(patience) is not { } code)
            return null;
        await EndAsync(server);
        return code;
    }

    private async Task EndAsync(ServerProcess server)
    {
        _server = null;
        // Event 3006 of Runs/Log.cs.
        _fencingRejections += FencedWrite().Count(server.Output);
        await server.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    [GeneratedRegex("\"EventId\":3006\\b")]
    private static partial Regex FencedWrite();
}
