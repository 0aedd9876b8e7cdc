using System.Net;
using AutoForge.Engine.Storage;
using AutoForge.Server.Operations.Minutes;
using AutoForge.Server.Operations.Telemetry;
using AutoForge.Server.Tests.Admin;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Operations.Minutes;

/// <summary>One row per node and minute, of what happened in it; the cluster's is their sum.</summary>
public sealed class MinuteClockTests : IAsyncLifetime
{
    private readonly DateTimeOffset _minute = Minute(TimeProvider.System.GetUtcNow()).AddHours(-1);
    private string _connectionString = "";
    private DatabaseProxy _proxy = null!;
    private TestNode _node = null!;
    private TestNode _other = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _connectionString = await PostgresServer.CreateDatabaseAsync();
        _proxy = new DatabaseProxy(_connectionString);
        _node = await TestNode.StartAsync(_proxy.ConnectionString, "Logging:LogLevel:Default=None");
        _other = await TestNode.StartAsync(_connectionString, services => services.AddSingleton<IClaimsTransformation, EverybodyIsAdmin>(), app => { });
        // From here on the test is the clock.
        await Clock(_node).StopAsync(Cancelled);
        await Clock(_other).StopAsync(Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        _proxy.Restore();
        await _node.DisposeAsync();
        await _other.DisposeAsync();
        await _proxy.DisposeAsync();
        await PostgresServer.DropDatabaseAsync(_connectionString);
    }

    [Fact]
    public async Task Tell_TwoNodes_AreSummedByMinuteAndNothingIsCountedTwice()
    {
        await RunAsync(_node, "Elsa.WriteLine");
        await RunAsync(_node, "Elsa.Fault");
        await RunAsync(_other, "Elsa.WriteLine");
        await TellAsync(_node, _minute);
        await TellAsync(_other, _minute);
        await RunAsync(_node, "Elsa.WriteLine");
        await TellAsync(_node, _minute.AddMinutes(1));

        var rows = await Table.SinceAsync(_minute, Cancelled);
        var (first, second) = (rows.Single(r => r.Minute == _minute), rows.Single(r => r.Minute == _minute.AddMinutes(1)));

        Assert.Equal((3, 2, 1), (first.Accepted, first.Succeeded, first.Failed));
        Assert.Equal((1, 1, 0), (second.Accepted, second.Succeeded, second.Failed));
        Assert.Equal((3, 3, 1), (first.AcceptTimes.Count, first.RunTimes.Count, second.RunTimes.Count));
        Assert.NotNull(first.RunTimes.Quantile(0.5));
        Assert.True(first.GroupWrites >= 6 && first.GroupCommits > 0);
        Assert.True(first.DatabaseBytes > 0);
        Assert.NotNull(first.PoolMax);
    }

    [Fact]
    public async Task Tell_DatabaseAway_WaitsForTheNextMinuteAndOldRowsGo()
    {
        await Table.AddAsync([new NodeMinute { Minute = _minute.AddDays(-3), Accepted = 1 }], Cancelled);
        await RunAsync(_node, "Elsa.WriteLine");

        _proxy.Cut();
        Assert.True(DatabaseErrors.IsTransient(await Assert.ThrowsAnyAsync<Exception>(() => TellAsync(_node, _minute))));
        _proxy.Restore();
        await TellAsync(_node, _minute.AddMinutes(1));

        var rows = await Table.SinceAsync(DateTimeOffset.UnixEpoch, Cancelled);
        Assert.Equal((1, 0), (rows.Single(r => r.Minute == _minute).Accepted, rows.Single(r => r.Minute == _minute.AddMinutes(1)).Accepted));
        Assert.DoesNotContain(rows, row => row.Minute < _minute);
    }

    [Fact]
    public async Task Check_OncePerPeriod_TellsWhatIsViolated()
    {
        await using var database = Npgsql.NpgsqlDataSource.Create(_connectionString);
        await RunAsync(_other, "Elsa.WriteLine");
        await using (var command = database.CreateCommand("UPDATE accounts SET available_cents = available_cents + 1"))
            await command.ExecuteNonQueryAsync(Cancelled);

        await _other.App.Services.GetRequiredService<LedgerCheckClock>().CheckAsync(Cancelled);
        var found = await Checks.LastAsync(Cancelled);
        await using (var command = database.CreateCommand("UPDATE accounts SET available_cents = available_cents - 1"))
            await command.ExecuteNonQueryAsync(Cancelled);
        await _node.App.Services.GetRequiredService<LedgerCheckClock>().CheckAsync(Cancelled);
        var same = await Checks.LastAsync(Cancelled);
        await using (var command = database.CreateCommand("UPDATE ledger_checks SET period = period - 1"))
            await command.ExecuteNonQueryAsync(Cancelled);
        await _node.App.Services.GetRequiredService<LedgerCheckClock>().CheckAsync(Cancelled);
        var mended = await Checks.LastAsync(Cancelled);

        Assert.Equal((1, "I1"), (found!.Violations, found.Violated));
        Assert.Equal(found, same);
        Assert.Equal((0, null), (mended!.Violations, mended.Violated));
    }

    [Fact]
    public async Task Page_BeforeAndAfterAMinute_SaysWhatToDoAndThenWhatHappened()
    {
        using var account = await ApiClient.RegisterAsync(_other.Address);
        using var browser = await PageClient.SignInAsync(account);
        await using (var database = Npgsql.NpgsqlDataSource.Create(_connectionString))
        await using (var command = database.CreateCommand("DELETE FROM node_minutes"))
            await command.ExecuteNonQueryAsync(Cancelled);
        Assert.Contains("Nothing to show yet", await browser.TextAsync("/admin/health"), StringComparison.Ordinal);

        await RunAsync(_other, "Elsa.WriteLine");
        await TellAsync(_other, Minute(TimeProvider.System.GetUtcNow()).AddMinutes(-2));
        var (page, part) = (await browser.TextAsync("/admin/health"), await browser.TextAsync("/admin/health/figures"));

        Assert.Contains("1 accepted in the hour", page, StringComparison.Ordinal);
        Assert.Contains("role=\"img\" aria-labelledby=\"chart-runs\"", page, StringComparison.Ordinal);
        Assert.Contains("1 succeeded, 0 failed, 0 cancelled", page, StringComparison.Ordinal);
        Assert.Contains("Not checked yet", page, StringComparison.Ordinal);
        Assert.StartsWith("<div data-refresh=\"/admin/health/figures\"", part.TrimStart(), StringComparison.Ordinal);
    }

    private MinuteTable Table => _other.App.Services.GetRequiredService<MinuteTable>();

    private LedgerCheckTable Checks => _other.App.Services.GetRequiredService<LedgerCheckTable>();

    private static MinuteClock Clock(TestNode node) => node.App.Services.GetRequiredService<MinuteClock>();

    private static Task TellAsync(TestNode node, DateTimeOffset minute) => Clock(node).TellAsync(minute, Cancelled);

    private static DateTimeOffset Minute(DateTimeOffset time) => new(time.Ticks - time.Ticks % TimeSpan.TicksPerMinute, TimeSpan.Zero);

    /// <summary>Until the run has ended, and its node has counted that.</summary>
    private static async Task RunAsync(TestNode node, string activity)
    {
        var before = Ended(node);
        using var account = await ApiClient.RegisterAsync(node.Address);
        var publication = await account.PublishAsync(Draw.Chain("Run", Draw.Webhook(), Draw.Activity("step", activity)));
        await account.EndOfAsync((string)(await account.PostAsync($"/api/v1/workflows/{publication["definitionId"]}/run")).Expect(HttpStatusCode.Accepted)["runId"]!);

        // The end is committed first, so whoever asks the database can know it before the node has counted it.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (Ended(node) == before)
            await Task.Delay(10, limit.Token);
    }

    private static long Ended(TestNode node)
    {
        var totals = MinuteTally.Totals(node.App.Services.GetRequiredService<MetricReading>().Take());
        return totals.Succeeded + totals.Failed;
    }
}
