using System.Net;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Storage.Embedded;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AutoForge.Server.Tests.Operations;

/// <summary>The command <c>ledger verify</c>: beside a running server, after it, and on what is not ours to touch.</summary>
public sealed class LedgerVerifyTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Embedded_WhileTheServerRunsAndAfterwards_SaysWhetherItHolds()
    {
        using var directory = new TestDirectory();
        var settings = new Dictionary<string, string> { ["AutoForge__DataDirectory"] = directory.Path };
        await using var server = await ServerProcess.StartAsync(settings);
        await RunOnceAsync(server);

        var (exitCode, output) = await VerifyAsync(settings);
        Assert.True(exitCode == 0, output);
        Assert.Contains("ledger verify: clean", output, StringComparison.Ordinal);
        Assert.Equal(12, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        await using (var database = NpgsqlDataSource.Create(EmbeddedPostgres.TryAttach(Options(directory))!))
        await using (var tamper = database.CreateCommand("UPDATE accounts SET available_cents = available_cents + 1"))
            await tamper.ExecuteNonQueryAsync(Cancelled);
        (exitCode, output) = await VerifyAsync(settings);
        Assert.True(exitCode == 1, output);
        Assert.Contains("I1 VIOLATED", output, StringComparison.Ordinal);

        // The server is none the worse for it, and the command starts the database itself when nobody else does.
        await RunOnceAsync(server);
        Assert.Equal(0, await server.StopAsync());
        Assert.Null(EmbeddedPostgres.TryAttach(Options(directory)));
        (exitCode, output) = await VerifyAsync(settings);
        Assert.True(exitCode == 1, output);
        Assert.Contains("I1 VIOLATED", output, StringComparison.Ordinal);
        Assert.Null(EmbeddedPostgres.TryAttach(Options(directory)));
    }

    [Fact]
    public async Task OwnServer_WhileNodesRun_SaysWhetherItHolds()
    {
        var connectionString = await PostgresServer.CreateDatabaseAsync();
        await using (var node = await TestNode.StartAsync(connectionString, "Logging:LogLevel:Default=None"))
        {
            var (exitCode, output) = await VerifyAsync(new() { ["AutoForge__Database"] = connectionString });

            Assert.True(exitCode == 0, output);
            Assert.Contains("ledger verify: clean", output, StringComparison.Ordinal);
        }
        await PostgresServer.DropDatabaseAsync(connectionString);
    }

    [Fact]
    public async Task Database_OfAnOlderOrNewerVersion_IsLeftAlone()
    {
        var connectionString = await PostgresServer.CreateDatabaseAsync();
        var settings = new Dictionary<string, string> { ["AutoForge__Database"] = connectionString };
        var (exitCode, output) = await VerifyAsync(settings);
        Assert.Equal(1, exitCode);
        Assert.Contains("has not been brought up to date", output, StringComparison.Ordinal);
        await using (var database = NpgsqlDataSource.Create(connectionString))
        {
            await using var tables = database.CreateCommand("SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'");
            Assert.Equal(0L, await tables.ExecuteScalarAsync(Cancelled));

            await using (await TestNode.StartAsync(connectionString, "Logging:LogLevel:Default=None"))
            {
                // Migrated.
            }
            await using var newer = database.CreateCommand("INSERT INTO schema_migrations (number, name, checksum) VALUES (9999, 'later', 'x')");
            await newer.ExecuteNonQueryAsync(Cancelled);
        }
        (exitCode, output) = await VerifyAsync(settings);
        Assert.Equal(1, exitCode);
        Assert.Contains("newer version", output, StringComparison.Ordinal);
        await PostgresServer.DropDatabaseAsync(connectionString);
    }

    [Fact]
    public async Task Embedded_NoDatabaseYet_IsNotCreated()
    {
        using var directory = new TestDirectory();
        var data = Path.Combine(directory.Path, "nothing");

        var (exitCode, output) = await VerifyAsync(new() { ["AutoForge__DataDirectory"] = data });

        Assert.Equal(1, exitCode);
        Assert.Contains("There is no database", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task TryAttach_ServerIsOnlyStarting_AsksToTryAgain()
    {
        using var directory = new TestDirectory();
        var options = Options(directory);
        await using var server = await EmbeddedPostgres.StartAsync(options, NullLogger<EmbeddedPostgres>.Instance, Cancelled);
        Assert.Equal(server.ConnectionString, EmbeddedPostgres.TryAttach(options));

        var pidFile = Path.Combine(options.DataDirectory, "cluster", "postmaster.pid");
        await File.WriteAllTextAsync(pidFile, (await File.ReadAllTextAsync(pidFile, Cancelled)).Replace("ready", "starting", StringComparison.Ordinal), Cancelled);

        Assert.Throws<DatabaseUnavailableException>(() => EmbeddedPostgres.TryAttach(options));
    }

    private static EmbeddedPostgresOptions Options(TestDirectory directory) =>
        new() { DataDirectory = Path.Combine(directory.Path, "postgres"), ContentRoot = PostgresServer.ContentRoot };

    private static Task<(int ExitCode, string Output)> VerifyAsync(Dictionary<string, string> settings) => ServerCommand.RunAsync(settings, "ledger", "verify");

    private static async Task RunOnceAsync(ServerProcess server)
    {
        using var account = await server.RegisterAsync();
        var publication = await account.PublishAsync(Draw.Chain("Hook", Draw.Webhook()));
        var accepted = (await account.PostAsync($"/api/v1/workflows/{publication["definitionId"]}/run")).Expect(HttpStatusCode.Accepted);
        Assert.Equal("Succeeded", (await account.EndOfAsync(accepted["runId"]!.GetValue<string>()))["status"]!.GetValue<string>());
    }
}
