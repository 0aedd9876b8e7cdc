using System.Net;
using System.Net.Http.Json;
using AutoForge.Testing;

namespace AutoForge.Server.Tests.Accounts;

public sealed class NodesTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoNodes_StartedTogetherOnAnEmptyDatabase_AcceptEachOthersTokensAndCookies()
    {
        var connectionString = await PostgresServer.CreateDatabaseAsync();
        var nodes = await Task.WhenAll(TestNode.StartAsync(connectionString), TestNode.StartAsync(connectionString));
        await using var one = nodes[0];
        await using var two = nodes[1];

        foreach (var (issuer, other) in new[] { (one, two), (two, one) })
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseCookies = false });
            var credentials = new { email = $"{Ids.NewText()}@example.com", password = TestServer.Password };
            using var registered = await client.PostAsJsonAsync(Url(issuer, "/api/auth/register"), credentials, Cancelled);
            using var signedIn = await client.PostAsJsonAsync(Url(issuer, "/api/auth/login"), credentials, Cancelled);
            var token = (await signedIn.JsonAsync()).GetProperty("accessToken").GetString();

            using var byToken = await GetMeAsync(client, other, "Authorization", $"Bearer {token}");
            using var byCookie = await GetMeAsync(client, other, "Cookie", signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);

            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (byToken.StatusCode, byCookie.StatusCode));
        }
        Assert.Equal(["sealed"], await StoredKeysAsync(connectionString));
    }

    private static Uri Url(TestNode node, string path) => new(node.Address, path);

    private static async Task<HttpResponseMessage> GetMeAsync(HttpClient client, TestNode node, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Url(node, "/api/auth/me"));
        request.Headers.TryAddWithoutValidation(header, value);
        return await client.SendAsync(request, Cancelled);
    }

    /// <summary>One word for each stored key: whether its secret can be read in the table.</summary>
    private static async Task<List<string>> StoredKeysAsync(string connectionString)
    {
        await using var dataSource = Npgsql.NpgsqlDataSource.Create(connectionString);
        await using var command = dataSource.CreateCommand("SELECT xml FROM data_protection_keys");
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        List<string> keys = [];
        while (await reader.ReadAsync(Cancelled))
        {
            var xml = reader.GetString(0);
            keys.Add(xml.Contains("<encryptedSecret", StringComparison.Ordinal) && !xml.Contains("<masterKey", StringComparison.Ordinal) ? "sealed" : xml);
        }
        return keys;
    }
}
