using System.Net.Http.Json;
using System.Text.Json;

namespace AutoForge.Server.Tests.Operations;

public sealed class ApiDescriptionTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Description_OfEveryOperation_HasTagSummarySecurityAndProblem()
    {
        using var client = server.NewClient();

        var document = await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json", TestContext.Current.CancellationToken);

        Assert.Equal(["bearer", "cookie"], document.GetProperty("components").GetProperty("securitySchemes").EnumerateObject().Select(scheme => scheme.Name).Order());
        var operations = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (Name: $"{operation.Name} {path.Name}", operation.Value)))
            .ToDictionary(operation => operation.Name, operation => operation.Value);
        Assert.Contains("post /api/auth/login", operations.Keys);
        Assert.DoesNotContain("get /", operations.Keys);
        foreach (var (name, operation) in operations)
        {
            Assert.True(operation.GetProperty("tags").GetArrayLength() == 1, name);
            Assert.False(string.IsNullOrEmpty(operation.GetProperty("summary").GetString()), name);
            Assert.True(operation.GetProperty("responses").GetProperty("default").GetProperty("content").TryGetProperty("application/problem+json", out _), name);
        }
        Assert.Equal(2, operations["get /api/auth/me"].GetProperty("security").GetArrayLength());
        Assert.False(operations["post /api/auth/login"].TryGetProperty("security", out _));
    }
}
