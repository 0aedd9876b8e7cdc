using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace AutoForge.Engine.Storage.Embedded;

/// <summary>One life of the database server, under a supervisor that ends it when this process is gone.</summary>
internal sealed class PostgresProcess : IAsyncDisposable
{
    /// <summary>
    /// Standard input is a pipe that only we hold: each line is a signal for PostgreSQL, and its end means that we are
    /// gone, even by kill -9, so PostgreSQL shuts down fast. (A parent-death signal hangs on the thread that started the
    /// child, and threads of a pool end.) The signals of a terminal or a service manager are not for the supervisor: we
    /// stop the database when we have drained.
    /// </summary>
    private const string Supervisor = """
        trap '' HUP INT TERM
        exec 3<&0 >/dev/null
        "$@" </dev/null 3<&- &
        server=$!
        {
            while read -r signal; do kill -s "$signal" "$server"; done
            kill -s INT "$server"
        } <&3 2>/dev/null &
        watcher=$!
        exec 3<&-
        wait "$server"
        status=$?
        kill -s KILL "$watcher"
        exit "$status"
        """;

    private const int TailLines = 30;

    private readonly Process process;
    private readonly ILogger logger;
    private readonly Queue<string> tail = new();
    private readonly Task reading;

    private PostgresProcess(Process process, ILogger logger)
    {
        this.process = process;
        this.logger = logger;
        Exited = process.WaitForExitAsync(CancellationToken.None);
        reading = ReadLogAsync();
    }

    public Task Exited { get; }
    public int ExitCode => process.ExitCode;

    /// <summary>What the server said last.</summary>
    public string LogTail
    {
        get
        {
            lock (tail)
                return string.Join('\n', tail);
        }
    }

    public static PostgresProcess Start(ChildUser user, IReadOnlyList<string> command, ILogger logger)
    {
        // Out of the terminal's session, or its Ctrl-C would stop the database before we have drained. Where setsid is not
        // installed, job control puts the database into a process group of its own.
        string[] shell = OperatingSystem.IsLinux() ? ["setsid", .. user.Prefix, "sh"] : ["sh", "-m"];
        try
        {
            var process = Process.Start(ExternalProgram.Describe([.. shell, "-c", Supervisor, "sh", .. command], redirectOutput: false))
                ?? throw new InvalidOperationException("The supervisor did not start.");
            process.StandardInput.AutoFlush = true;
            return new PostgresProcess(process, logger);
        }
        catch (Win32Exception exception)
        {
            throw new AutoForgeException("database_start_failed", $"PostgreSQL could not be started: {exception.Message}", exception);
        }
    }

    /// <summary>Ends the log when it is complete; children of a killed postmaster may hold it open a little longer.</summary>
    private async Task ReadLogAsync()
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            logger.PostgresSaid(line);
            lock (tail)
            {
                tail.Enqueue(line);
                if (tail.Count > TailLines)
                    tail.Dequeue();
            }
        }
    }

    /// <summary>Waits a moment for the last words of a server that has ended.</summary>
    public Task WaitForLogAsync() => Task.WhenAny(reading, Task.Delay(TimeSpan.FromMilliseconds(500)));

    /// <summary>Fast shutdown: open transactions are rolled back, everything is written. After <paramref name="patience"/>, immediately.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        if (await EndsAfterAsync("INT", patience) || await EndsAfterAsync("QUIT", TimeSpan.FromSeconds(5)))
            return;
        process.Kill(entireProcessTree: true);
        await Exited;
    }

    private async Task<bool> EndsAfterAsync(string signal, TimeSpan patience)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(signal);
        }
        catch (IOException)
        {
            // The watcher is gone, as is the server or soon will be.
        }

        return await Task.WhenAny(Exited, Task.Delay(patience)) == Exited;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await StopAsync(TimeSpan.FromSeconds(10));
        await WaitForLogAsync();
        process.Dispose();
    }
}
