using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using AutoForge.Testing.Servers;

namespace AutoForge.Testing.Running;

/// <summary>The real server as a process of its own, so that it can be killed. Its console output is kept for failures.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private ServerProcess(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public string Output => string.Join('\n', _output);

    /// <summary>How long it took from the start of the process to the first answer.</summary>
    public TimeSpan StartTime { get; private set; }

    public int ProcessId => _process.Id;

    /// <summary>Starts it on a free port and waits until it answers.</summary>
    /// <param name="settings">Environment, such as <c>AutoForge__Database</c>. Rate limits are off unless set.</param>
    /// <param name="program">Another program beside the test that is a server too; null = the server.</param>
    /// <exception cref="ServerEndedException">It ended before it answered.</exception>
    public static async Task<ServerProcess> StartAsync(IReadOnlyDictionary<string, string> settings, int? port = null, string? program = null)
    {
        var address = new Uri($"http://127.0.0.1:{port ?? FreePort.Next()}");
        var start = new ProcessStartInfo("dotnet", [program is null ? ServerProgram.Path : Path.Combine(AppContext.BaseDirectory, program), "--urls", address.ToString().TrimEnd('/')])
        {
            WorkingDirectory = PostgresServer.ContentRoot,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["AutoForge__RateLimits__Enabled"] = "false";
        foreach (var (name, value) in settings)
            start.Environment[name] = value;

        var watch = Stopwatch.StartNew();
        var process = Process.Start(start) ?? throw new InvalidOperationException("The server process did not start.");
        var server = new ServerProcess(process, address);
        process.OutputDataReceived += (_, e) => server.Keep(e.Data);
        process.ErrorDataReceived += (_, e) => server.Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await server.WaitUntilReadyAsync();
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
        server.StartTime = watch.Elapsed;
        return server;
    }

    /// <summary>A signed-in account of its own.</summary>
    public Task<ApiClient> RegisterAsync(string? email = null) => ApiClient.RegisterAsync(Address, email);

    /// <summary>SIGKILL: no chance to clean up.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM: drains and stops.</summary>
    public async Task<int> StopAsync()
    {
        // The shell's own kill: a program of that name is not on every machine.
        using var kill = Process.Start("sh", ["-c", $"kill -TERM {_process.Id}"]);
        await _process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
        return _process.ExitCode;
    }

    /// <summary>Waits for its end. Null: it still lives.</summary>
    public async Task<int?> ExitCodeAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        await _process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _process.HasExited ? _process.ExitCode : null;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
            _output.Enqueue(line);
    }

    private async Task WaitUntilReadyAsync()
    {
        using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        var watch = Stopwatch.StartNew();
        while (true)
        {
            if (_process.HasExited)
                throw new ServerEndedException(_process.ExitCode, Output);
            if (watch.Elapsed > StartLimit)
                throw new TimeoutException($"The server did not answer within {StartLimit}:\n{Output}");
            try
            {
                using var response = await http.GetAsync("/api/ready");
                if (response.IsSuccessStatusCode)
                    return;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // Not listening yet, or not answering; the process and the time limit are watched above.
            }
            await Task.Delay(20);
        }
    }
}

/// <summary>The server ended while it was starting.</summary>
public sealed class ServerEndedException(int exitCode, string output) : Exception($"The server ended with {exitCode}:\n{output}")
{
    /// <summary>137 after SIGKILL.</summary>
    public int ExitCode { get; } = exitCode;
}
