using System.Net;
using System.Net.Http.Json;
using Npgsql;

namespace AutoForge.Server.Tests.Accounts;

public sealed class RegisterTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Register_NewAddress_OpensAnAccountWithTheWelcomeCredit()
    {
        using var client = server.NewClient();
        var email = NewEmail();

        using var response = await client.PostAsJsonAsync("/api/auth/register", new { email, password = TestServer.Password }, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var body = await response.JsonAsync();
        Assert.Equal(email, body.GetProperty("email").GetString());
        Assert.NotEqual(Guid.Empty, body.GetProperty("userId").GetGuid());
        Assert.Equal(100L, await ScalarAsync("SELECT available_cents FROM accounts WHERE id = @id", body.GetProperty("accountId").GetGuid()));
    }

    [Fact]
    public async Task Register_SameAddressInOtherCase_IsTaken()
    {
        using var client = server.NewClient();
        var email = NewEmail();
        using var first = await client.PostAsJsonAsync("/api/auth/register", new { email, password = TestServer.Password }, TestContext.Current.CancellationToken);

        using var second = await client.PostAsJsonAsync(
            "/api/auth/register", new { email = email.ToUpperInvariant(), password = TestServer.Password }, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        await second.ProblemAsync(HttpStatusCode.Conflict, "email_taken");
    }

    [Fact]
    public async Task Register_SameAddressAtTheSameTime_OneGetsIt()
    {
        using var client = server.NewClient();
        var email = NewEmail();

        var responses = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ =>
            client.PostAsJsonAsync("/api/auth/register", new { email, password = TestServer.Password }, TestContext.Current.CancellationToken)));

        Assert.Single(responses, response => response.StatusCode == HttpStatusCode.Created);
        foreach (var refused in responses.Where(response => response.StatusCode != HttpStatusCode.Created))
            await refused.ProblemAsync(HttpStatusCode.Conflict, "email_taken");
    }

    [Theory]
    [InlineData("not an address", TestServer.Password, "email")]
    [InlineData("two@at@signs.example", TestServer.Password, "email")]
    [InlineData("Name <name@example.com>", TestServer.Password, "email")]
    [InlineData("line\nbreak@example.com", TestServer.Password, "email")]
    [InlineData(null, TestServer.Password, "email")]
    [InlineData("name@example.com", null, "password")]
    [InlineData("name@example.com", "elevenchars", "password")]
    [InlineData("name@example.com", "abababababab", "password")]
    [InlineData("name@example.com", "Qwerty123456789", "password")]
    [InlineData("longname@example.com", "my LongName is it", "password")]
    public async Task Register_UnacceptableField_IsNamed(string? email, string? password, string field)
    {
        using var client = server.NewClient();

        using var response = await client.PostAsJsonAsync("/api/auth/register", new { email, password }, TestContext.Current.CancellationToken);

        var problem = await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        Assert.Equal(field, Assert.Single(problem.GetProperty("errors").EnumerateArray()).GetProperty("field").GetString());
    }

    [Fact]
    public async Task Register_TwoUnacceptableFields_NamesBoth()
    {
        using var client = server.NewClient();

        using var response = await client.PostAsJsonAsync("/api/auth/register", new { email = "x", password = "x" }, TestContext.Current.CancellationToken);

        var problem = await response.ProblemAsync(HttpStatusCode.UnprocessableEntity, "validation_failed");
        Assert.Equal(["email", "password"], problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()));
    }

    private static string NewEmail() => $"{Ids.NewText()}@example.com";

    private async Task<object?> ScalarAsync(string sql, Guid id)
    {
        await using var command = server.Database.DataSource.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter("id", id));
        return await command.ExecuteScalarAsync();
    }
}
