using System.Diagnostics;
using System.Globalization;
using AutoForge.Engine.Storage.Embedded;
using AutoForge.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoForge.Engine.Tests.Storage;

public sealed class EmbeddedPostgresTests : IDisposable
{
    private const int PostgresStarted = 6100;

    private readonly TestDirectory directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;
    private string Data => Path.Combine(directory.Path, "postgres");

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task StartAsync_EmptyDirectory_MakesADurablePrivateServer()
    {
        await using var server = await StartAsync();

        Assert.Equal("on", await ScalarAsync(server, "SHOW fsync"));
        Assert.Equal("on", await ScalarAsync(server, "SHOW synchronous_commit"));
        Assert.Equal("", await ScalarAsync(server, "SHOW listen_addresses"));
        Assert.Equal("scram-sha-256", await ScalarAsync(server, "SELECT DISTINCT auth_method FROM pg_hba_file_rules"));
        Assert.Equal("UTF8 C", await ScalarAsync(server,
            "SELECT pg_encoding_to_char(encoding) || ' ' || datcollate FROM pg_database WHERE datname = current_database()"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Data, "password")));
    }

    [Fact]
    public async Task StartAsync_WrongPassword_IsRefusedByTheServer()
    {
        await using var server = await StartAsync();
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Password=wrong;Pooling=false");

        var error = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync(Token));

        Assert.Equal(PostgresErrorCodes.InvalidPassword, error.SqlState);
    }

    [Fact]
    public async Task StartAsync_SecondTime_KeepsData()
    {
        await using (var first = await StartAsync())
            await ScalarAsync(first, "CREATE TABLE kept AS SELECT 42 AS answer");

        await using var second = await StartAsync();

        Assert.Equal(42, await ScalarAsync(second, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task StartAsync_DirectoryInUse_IsRefused()
    {
        await using var first = await StartAsync();

        var error = await Assert.ThrowsAsync<AutoForgeException>(() => StartAsync());

        Assert.Equal("data_directory_in_use", error.Code);
        Assert.Equal(1, await ScalarAsync(first, "SELECT 1"));
    }

    [Fact]
    public async Task StartAsync_PathTooLongForASocket_PutsTheSocketElsewhere()
    {
        var data = Path.Combine(directory.Path, new string('x', 120));
        string sockets;
        await using (var server = await StartAsync(data))
        {
            sockets = new NpgsqlConnectionStringBuilder(server.ConnectionString).Host!;
            Assert.Equal(1, await ScalarAsync(server, "SELECT 1"));
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(sockets) & (UnixFileMode.GroupExecute | UnixFileMode.OtherExecute));
        }

        Assert.False(Directory.Exists(sockets));
    }

    [Fact]
    public async Task StartAsync_NoPrograms_SaysWhatToDo()
    {
        var options = new EmbeddedPostgresOptions { DataDirectory = Data, BinaryDirectory = directory.Path };

        var error = await Assert.ThrowsAsync<AutoForgeException>(
            () => EmbeddedPostgres.StartAsync(options, NullLogger<EmbeddedPostgres>.Instance, Token));

        Assert.Equal("postgres_not_found", error.Code);
        Assert.Contains("npm ci", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_ServerRefusesToStart_TellsItsLastWords()
    {
        var error = await Assert.ThrowsAsync<AutoForgeException>(() => StartAsync(settings: new() { ["shared_buffers"] = "plenty" }));

        Assert.Equal("database_start_failed", error.Code);
        Assert.Contains("invalid value for parameter \"shared_buffers\"", error.Message, StringComparison.Ordinal);
        // The directory was given back.
        await using var server = await StartAsync();
    }

    [Fact]
    public async Task StartAsync_DataOfAnotherMajorVersion_IsRefused()
    {
        await (await StartAsync()).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(Data, "cluster", "PG_VERSION"), "14\n", Token);

        var error = await Assert.ThrowsAsync<AutoForgeException>(() => StartAsync());

        Assert.Equal("database_version", error.Code);
    }

    [Fact]
    public async Task StartAsync_HalfMadeCluster_IsMadeAnew()
    {
        await (await StartAsync()).DisposeAsync();
        Directory.Move(Path.Combine(Data, "cluster"), Path.Combine(Data, "cluster.new"));

        await using var server = await StartAsync();

        Assert.Equal(1, await ScalarAsync(server, "SELECT 1"));
        Assert.False(Directory.Exists(Path.Combine(Data, "cluster.new")));
    }

    [Fact]
    public async Task StartAsync_PidFileNamesAnotherProgram_Starts()
    {
        await (await StartAsync()).DisposeAsync();
        // Of the user that PostgreSQL runs as: it tells others' processes from its own by itself.
        string[] command = Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "sleep", "300"]
            : ["sleep", "300"];
        using var other = Process.Start(command[0], command[1..]);
        await File.WriteAllTextAsync(Path.Combine(Data, "cluster", "postmaster.pid"), $"{other.Id}\n{Data}/cluster\n", Token);

        await using var server = await StartAsync();

        Assert.Equal(1, await ScalarAsync(server, "SELECT 1"));
        Assert.False(other.HasExited);
        other.Kill();
    }

    [Fact]
    public async Task StartAsync_RootAndClosedDirectoryAbove_Starts()
    {
        Assert.SkipUnless(CanSearchEverywhere(), "Needs root with the capability dac_read_search.");
        File.SetUnixFileMode(directory.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        await using var server = await StartAsync();

        Assert.Equal(1, await ScalarAsync(server, "SELECT 1"));
        // CAP_DAC_READ_SEARCH and nothing else.
        Assert.Equal("0000000000000004", StatusOf(server.ProcessId, "CapEff"));
        Assert.Equal("0000000000000004", StatusOf(server.ProcessId, "CapBnd"));
    }

    [Fact]
    public async Task StartAsync_Root_RunsTheServerAsAnotherUserWithoutCapabilities()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Needs root.");

        await using var server = await StartAsync();

        Assert.StartsWith("65534", StatusOf(server.ProcessId, "Uid"), StringComparison.Ordinal);
        Assert.Equal("0000000000000000", StatusOf(server.ProcessId, "CapEff"));
    }

    [Fact]
    public async Task StartAsync_Terminal_IsNotTheServersSession()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc.");

        await using var server = await StartAsync();

        Assert.NotEqual(SessionOf(Environment.ProcessId), SessionOf(server.ProcessId));
    }

    [Fact]
    public async Task Kill_Postmaster_IsStartedAgainWithEveryCommit()
    {
        var log = new SignallingLogger<EmbeddedPostgres>(PostgresStarted);
        await using var server = await StartAsync(log: log);
        await log.NextAsync(Token);
        await ScalarAsync(server, "CREATE TABLE kept AS SELECT 42 AS answer");

        using (var postmaster = Process.GetProcessById(server.ProcessId))
            postmaster.Kill();
        await log.NextAsync(Token);

        Assert.Equal(42, await ScalarAsync(server, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task Kill_OwningProcess_EndsTheServerAndTheNextStartHasEveryCommit()
    {
        using var owner = await StartOwnerAsync();
        var id = int.Parse((await File.ReadAllLinesAsync(Path.Combine(Data, "cluster", "postmaster.pid"), Token))[0], CultureInfo.InvariantCulture);
        using var postmaster = Process.GetProcessById(id);

        owner.Kill();
        await postmaster.WaitForExitAsync(Token);

        await using var server = await StartAsync();
        Assert.Equal(1, await ScalarAsync(server, "SELECT 1"));
    }

    [Fact]
    public async Task Kill_OwningProcess_AStartRightAfterwardsWaitsForTheOldServer()
    {
        using var owner = await StartOwnerAsync();
        owner.Kill();
        await owner.WaitForExitAsync(Token);

        await using var server = await StartAsync();

        Assert.Equal(1, await ScalarAsync(server, "SELECT 1"));
    }

    [Fact]
    public async Task DisposeAsync_OpenTransaction_CutsItAndEndsTheServer()
    {
        var server = await StartAsync();
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        using var postmaster = Process.GetProcessById(server.ProcessId);

        await server.DisposeAsync();

        Assert.True(postmaster.HasExited);
        Assert.False(File.Exists(Path.Combine(Data, "cluster", "postmaster.pid")));
    }

    private Task<EmbeddedPostgres> StartAsync(
        string? data = null, Dictionary<string, string>? settings = null, ILogger<EmbeddedPostgres>? log = null) =>
        EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = data ?? Data, ContentRoot = PostgresServer.ContentRoot, Settings = settings ?? [] },
            log ?? NullLogger<EmbeddedPostgres>.Instance,
            Token);

    private async Task<Process> StartOwnerAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "AutoForge.Testing.Owner.dll"), Data, PostgresServer.ContentRoot])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var owner = Process.Start(start)!;
        Assert.Equal("ready", await owner.StandardOutput.ReadLineAsync(Token));
        return owner;
    }

    private static async Task<object?> ScalarAsync(EmbeddedPostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Token);
    }

    private static bool CanSearchEverywhere() =>
        OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess
        && (ulong.Parse(StatusOf(Environment.ProcessId, "CapEff"), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 4) != 0;

    private static string StatusOf(int processId, string field) =>
        File.ReadLines($"/proc/{processId}/status").Single(line => line.StartsWith(field + ":", StringComparison.Ordinal))[(field.Length + 1)..].Trim();

    /// <summary>After the name in parentheses: state, parent, group, session.</summary>
    private static string SessionOf(int processId) => File.ReadAllText($"/proc/{processId}/stat").Split(") ")[1].Split(' ')[3];
}
