using System.Diagnostics;
using AutoForge.Engine.Storage.Embedded;
using AutoForge.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using static AutoForge.Engine.Tests.Storage.PreparedServer;

namespace AutoForge.Engine.Tests.Storage;

public sealed class EmbeddedPostgresTests(PreparedServer prepared) : IClassFixture<PreparedServer>, IDisposable
{
    private readonly TestDirectory directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;
    private string Data => Path.Combine(directory.Path, "postgres");

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task StartAsync_EmptyDirectory_MakesADurablePrivateServer()
    {
        await using var server = await StartAsync(Data);

        Assert.Equal("on", await ScalarAsync(server, "SHOW fsync"));
        Assert.Equal("on", await ScalarAsync(server, "SHOW synchronous_commit"));
        Assert.Equal("", await ScalarAsync(server, "SHOW listen_addresses"));
        Assert.Equal("4MB", await ScalarAsync(server, "SHOW wal_segment_size"));
        Assert.Equal("scram-sha-256", await ScalarAsync(server, "SELECT DISTINCT auth_method FROM pg_hba_file_rules"));
        Assert.Equal("UTF8 C", await ScalarAsync(server,
            "SELECT pg_encoding_to_char(encoding) || ' ' || datcollate FROM pg_database WHERE datname = current_database()"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Data, "password")));
    }

    [Fact]
    public async Task StartAsync_HalfMadeCluster_IsMadeAnew()
    {
        await prepared.CopyAsync(Data);
        Directory.Move(Path.Combine(Data, "cluster"), Path.Combine(Data, "cluster.new"));

        await using var server = await StartAsync(Data);

        Assert.Equal(1, await ScalarAsync(server, "SELECT 1"));
        Assert.False(Directory.Exists(Path.Combine(Data, "cluster.new")));
    }

    [Fact]
    public async Task StartAsync_SecondTime_KeepsData()
    {
        await using (var first = await prepared.StartCopyAsync(Data))
            await ScalarAsync(first, "CREATE TABLE kept AS SELECT 42 AS answer");

        await using var second = await StartAsync(Data);

        Assert.Equal(42, await ScalarAsync(second, "SELECT answer FROM kept"));
    }

    [Fact]
    public async Task StartAsync_WrongPassword_IsRefusedByTheServer()
    {
        await using var server = await prepared.StartCopyAsync(Data);
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Password=wrong;Pooling=false");

        var error = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync(Token));

        Assert.Equal(PostgresErrorCodes.InvalidPassword, error.SqlState);
    }

    [Fact]
    public async Task StartAsync_DirectoryInUse_IsRefused()
    {
        await using var first = await prepared.StartCopyAsync(Data);

        var error = await Assert.ThrowsAsync<AutoForgeException>(() => StartAsync(Data));

        Assert.Equal("data_directory_in_use", error.Code);
        Assert.Equal(1, await ScalarAsync(first, "SELECT 1"));
    }

    [Fact]
    public async Task StartAsync_PathTooLongForASocket_PutsTheSocketElsewhere()
    {
        var data = Path.Combine(directory.Path, new string('x', 120));
        string sockets;
        await using (var server = await prepared.StartCopyAsync(data))
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

    [Theory]
    [InlineData(512L << 20, "128MB")]
    [InlineData(4L << 30, "512MB")]
    [InlineData(64L << 30, "1024MB")]
    public void SharedBuffers_GrowWithTheMemoryUpToABound(long memoryBytes, string expected) =>
        Assert.Equal(expected, PostgresSettings.SharedBuffers(memoryBytes));

    [Fact]
    public async Task StartAsync_ServerRefusesToStart_TellsItsLastWordsAndGivesTheDirectoryBack()
    {
        await prepared.CopyAsync(Data);

        var error = await Assert.ThrowsAsync<AutoForgeException>(() => StartAsync(Data, new() { ["shared_buffers"] = "plenty" }));

        Assert.Equal("database_start_failed", error.Code);
        Assert.Contains("invalid value for parameter \"shared_buffers\"", error.Message, StringComparison.Ordinal);
        await using var server = await StartAsync(Data);
        Assert.Equal(1, await ScalarAsync(server, "SELECT 1"));
    }

    [Fact]
    public async Task StartAsync_DataOfAnotherMajorVersion_IsRefused()
    {
        await prepared.CopyAsync(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "cluster", "PG_VERSION"), "14\n", Token);

        var error = await Assert.ThrowsAsync<AutoForgeException>(() => StartAsync(Data));

        Assert.Equal("database_version", error.Code);
    }

    [Fact]
    public async Task StartAsync_PasswordLost_IsRefused()
    {
        await prepared.CopyAsync(Data);
        File.Delete(Path.Combine(Data, "password"));

        var error = await Assert.ThrowsAsync<AutoForgeException>(() => StartAsync(Data));

        Assert.Equal("database_password_missing", error.Code);
        // The directory was given back.
        Assert.Equal("database_password_missing", (await Assert.ThrowsAsync<AutoForgeException>(() => StartAsync(Data))).Code);
    }

    [Fact]
    public async Task StartAsync_PidFileNamesAnotherProgram_Starts()
    {
        await prepared.CopyAsync(Data);
        // Of the user that PostgreSQL runs as, or PostgreSQL itself would see that it cannot be the old server.
        string[] sleeper = Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "sleep", "300"]
            : ["sleep", "300"];
        using var other = Process.Start(sleeper[0], sleeper[1..]);
        await File.WriteAllTextAsync(Path.Combine(Data, "cluster", "postmaster.pid"), $"{other.Id}\n{Data}/cluster\n", Token);

        await using var server = await StartAsync(Data);

        Assert.Equal(1, await ScalarAsync(server, "SELECT 1"));
        Assert.False(other.HasExited);
        other.Kill();
    }
}
