using System.Diagnostics;

namespace AutoForge.Testing.Servers;

/// <summary>A script that runs a server from the npm packages of the tests, as a child process that ends with this one.</summary>
internal sealed class NodeServer : IAsyncDisposable
{
    private readonly Process _process;

    private NodeServer(Process process) => _process = process;

    /// <summary>Starts it and returns once it listens.</summary>
    /// <param name="script">Body of an async function; the server listens when it is done.</param>
    /// <exception cref="InvalidOperationException">It ended instead; the message has its output.</exception>
    public static async Task<NodeServer> StartAsync(string script)
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = Path.Combine(RepositoryRoot.Find(), "tests"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Standard input ends with the test process, however that ends.
            ArgumentList = { "-e", $"process.stdin.on('end', () => process.exit()).resume(); (async () => {{ {script}; console.log('ready'); }})().catch(e => {{ console.error(e); process.exit(1); }})" },
        };
        var server = new NodeServer(Process.Start(start)!);
        var errors = server._process.StandardError.ReadToEndAsync();
        while (await server._process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == "ready")
            {
                // A full pipe would stop the server.
                _ = server._process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                return server;
            }
        }
        throw new InvalidOperationException($"The server did not start: {await errors}");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
