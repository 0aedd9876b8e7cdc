using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AutoForge.Server.Accounts.Audit;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AutoForge.Server.Tests.Accounts;

public sealed class AuditTests(TestServer server) : IClassFixture<TestServer>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private AuditLog Log => server.Services.GetRequiredService<AuditLog>();

    [Fact]
    public async Task SignIn_RightAndWrong_IsRecordedWithTheAddressOfTheCaller()
    {
        var caller = await server.NewCallerAsync();
        using var wrong = await caller.Client.PostAsJsonAsync("/api/auth/login", new { email = caller.Email, password = "not the password" }, Cancelled);
        await wrong.ProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");

        var rows = (await caller.Client.GetFromJsonAsync<JsonElement>("/api/user/audit", Cancelled)).GetProperty("data").EnumerateArray().ToList();

        Assert.Equal(["sign_in_failed", "signed_in"], rows.Select(row => row.GetProperty("action").GetString()).Take(2));
        Assert.All(rows, row => Assert.Equal("127.0.0.1", row.GetProperty("ip").GetString()));
    }

    [Fact]
    public async Task List_LongerThanAPage_IsReadToItsEndInOrder()
    {
        var caller = await server.NewCallerAsync();
        for (var i = 0; i < 5; i++)
            await Log.RecordAsync(new AuditEntry(caller.AccountId, null, "counted", $"{i}"), Cancelled);

        var targets = new List<string>();
        string? cursor = "";
        while (cursor is not null)
        {
            var page = await caller.Client.GetFromJsonAsync<JsonElement>($"/api/user/audit?limit=2&cursor={cursor}", Cancelled);
            targets.AddRange(page.GetProperty("data").EnumerateArray()
                .Where(row => row.GetProperty("action").GetString() == "counted").Select(row => row.GetProperty("target").GetString()!));
            cursor = page.GetProperty("nextCursor").GetString();
        }

        Assert.Equal(["4", "3", "2", "1", "0"], targets);
    }

    [Theory]
    [InlineData("UPDATE audit_entries SET action = 'x'")]
    [InlineData("DELETE FROM audit_entries")]
    [InlineData("TRUNCATE audit_entries")]
    public async Task Entry_Written_CannotBeChangedOrRemoved(string sql)
    {
        var caller = await server.NewCallerAsync();
        await Log.RecordAsync(new AuditEntry(caller.AccountId, null, "kept"), Cancelled);

        await using var command = server.Database.DataSource.CreateCommand(sql);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancelled));
        Assert.Equal("23001", refused.SqlState);
    }

    [Fact]
    public async Task Page_WithEntries_ShowsThemInWords()
    {
        using var visitor = await PageClient.SignUpAsync(server.Address);

        var text = await visitor.TextAsync("/settings/audit");

        Assert.Contains("Signed in", text, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", text, StringComparison.Ordinal);
    }
}
