using AutoForge.Engine.Storage.Embedded;
using AutoForge.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoForge.Engine.Tests.Storage;

/// <summary>The data of a server that has been created, started and stopped once, to copy from: quicker than a new one for each test.</summary>
public sealed class PreparedServer : IAsyncLifetime
{
    private readonly TestDirectory directory = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;
    private string Original => Path.Combine(directory.Path, "postgres");

    public async ValueTask InitializeAsync() => await (await StartAsync(Original)).DisposeAsync();

    public ValueTask DisposeAsync()
    {
        directory.Dispose();
        return ValueTask.CompletedTask;
    }

    public async Task CopyAsync(string data)
    {
        // With owners and modes, which File.Copy does not keep.
        var (exitCode, output) = await ExternalProgram.RunAsync(["cp", "-a", Original, data], Token);
        Assert.True(exitCode == 0, output);
    }

    public async Task<EmbeddedPostgres> StartCopyAsync(string data)
    {
        await CopyAsync(data);
        return await StartAsync(data);
    }

    public static Task<EmbeddedPostgres> StartAsync(
        string data, Dictionary<string, string>? settings = null, ILogger<EmbeddedPostgres>? log = null) =>
        EmbeddedPostgres.StartAsync(
            new EmbeddedPostgresOptions { DataDirectory = data, ContentRoot = PostgresServer.ContentRoot, Settings = settings ?? [] },
            log ?? NullLogger<EmbeddedPostgres>.Instance,
            Token);

    public static async Task<object?> ScalarAsync(EmbeddedPostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Token);
    }
}
