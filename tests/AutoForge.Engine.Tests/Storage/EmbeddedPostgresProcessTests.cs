using System.Diagnostics;
using System.Globalization;
using AutoForge.Engine.Storage.Embedded;
using AutoForge.Testing;
using Npgsql;
using static AutoForge.Engine.Tests.Storage.PreparedServer;

namespace AutoForge.Engine.Tests.Storage;

/// <summary>As whom the server runs, and how it ends.</summary>
public sealed class EmbeddedPostgresProcessTests(PreparedServer prepared) : IClassFixture<PreparedServer>, IDisposable
{
    /// <summary>Milliseconds; only a broken build needs them.</summary>
    private const int Patience = 120_000;

    private const int PostgresStarted = 6100;

    private readonly TestDirectory directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;
    private string Data => Path.Combine(directory.Path, "postgres");
    private string PidFile => Path.Combine(Data, "cluster", "postmaster.pid");

    public void Dispose() => directory.Dispose();

    [Fact(Timeout = Patience)]
    public async Task StartAsync_Root_RunsTheServerAsAnotherUserWithoutCapabilities()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Needs root.");

        await using var server = await StartAsync(Data);

        Assert.Equal("65534\t65534\t65534\t65534", StatusOf(server.ProcessId, "Uid"));
        Assert.Equal("0000000000000000", StatusOf(server.ProcessId, "CapEff"));
    }

    [Fact(Timeout = Patience)]
    public async Task StartAsync_RootAndDirectoryOfAnotherUser_RunsTheServerAsThatUser()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Needs root.");
        Directory.CreateDirectory(Data);
        // The user daemon, which every system has: initdb looks its own name up.
        await ExternalProgram.RunAsync(["chown", "1:1", Data], Token);

        await using var server = await StartAsync(Data);

        Assert.Equal("1\t1\t1\t1", StatusOf(server.ProcessId, "Uid"));
        Assert.Equal("1\t1\t1\t1", StatusOf(server.ProcessId, "Gid"));
    }

    [Fact(Timeout = Patience)]
    public async Task StartAsync_RootAndClosedDirectoryAbove_KeepsTheRightToSearchAlone()
    {
        const ulong searchRight = 4;
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && (ulong.Parse(StatusOf(Environment.ProcessId, "CapEff"), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & searchRight) != 0,
            "Needs root with the capability dac_read_search.");
        File.SetUnixFileMode(directory.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        await using var server = await StartAsync(Data);

        Assert.Equal(1, await ScalarAsync(server, "SELECT 1"));
        Assert.Equal("65534\t65534\t65534\t65534", StatusOf(server.ProcessId, "Uid"));
        Assert.Equal("0000000000000004", StatusOf(server.ProcessId, "CapEff"));
        Assert.Equal("0000000000000004", StatusOf(server.ProcessId, "CapBnd"));
    }

    [Fact(Timeout = Patience)]
    public async Task StartAsync_Terminal_IsNotTheServersSession()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc.");

        await using var server = await prepared.StartCopyAsync(Data);

        Assert.NotEqual(SessionOf(Environment.ProcessId), SessionOf(server.ProcessId));
    }

    [Fact(Timeout = Patience)]
    public async Task Kill_Postmaster_IsStartedAgainWithEveryCommit()
    {
        await prepared.CopyAsync(Data);
        var log = new SignallingLogger<EmbeddedPostgres>(PostgresStarted);
        await using var server = await StartAsync(Data, log: log);
        await log.NextAsync(Token);
        await ScalarAsync(server, "CREATE TABLE kept AS SELECT 42 AS answer");

        using (var postmaster = Process.GetProcessById(server.ProcessId))
            postmaster.Kill();
        await log.NextAsync(Token);

        Assert.Equal(42, await ScalarAsync(server, "SELECT answer FROM kept"));
    }

    [Fact(Timeout = Patience)]
    public async Task Kill_OwningProcess_EndsTheServer()
    {
        using var owner = await StartOwnerAsync();
        using var postmaster = Process.GetProcessById(await ReadPidFileAsync());

        owner.Kill();

        await postmaster.WaitForExitAsync(Token);
        Assert.False(File.Exists(PidFile), "It was a shutdown, not a crash.");
    }

    [Fact(Timeout = Patience)]
    public async Task Kill_OwningProcess_AStartRightAfterwardsWaitsForTheOldServer()
    {
        using var owner = await StartOwnerAsync();
        var old = await ReadPidFileAsync();
        owner.Kill();
        await owner.WaitForExitAsync(Token);

        await using var server = await StartAsync(Data);

        Assert.NotEqual(old, server.ProcessId);
        Assert.Equal(1, await ScalarAsync(server, "SELECT 1"));
    }

    [Fact(Timeout = Patience)]
    public async Task DisposeAsync_OpenTransaction_CutsItAndEndsTheServer()
    {
        var server = await prepared.StartCopyAsync(Data);
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        using var postmaster = Process.GetProcessById(server.ProcessId);

        await server.DisposeAsync();

        Assert.True(postmaster.HasExited);
        Assert.False(File.Exists(PidFile), "It was a shutdown, not a crash.");
    }

    private async Task<Process> StartOwnerAsync()
    {
        await prepared.CopyAsync(Data);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "AutoForge.Testing.Owner.dll"), Data, PostgresServer.ContentRoot])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var owner = Process.Start(start)!;
        Assert.Equal("ready", await owner.StandardOutput.ReadLineAsync(Token));
        return owner;
    }

    private async Task<int> ReadPidFileAsync() =>
        int.Parse((await File.ReadAllLinesAsync(PidFile, Token))[0], CultureInfo.InvariantCulture);

    private static string StatusOf(int processId, string field) =>
        File.ReadLines($"/proc/{processId}/status").Single(line => line.StartsWith(field + ":", StringComparison.Ordinal))[(field.Length + 1)..].Trim();

    /// <summary>After the name in parentheses: state, parent, group, session.</summary>
    private static string SessionOf(int processId) => File.ReadAllText($"/proc/{processId}/stat").Split(") ")[1].Split(' ')[3];
}
