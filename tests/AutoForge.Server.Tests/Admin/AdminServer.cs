using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Server.Tests.Admin;

/// <summary>A server with a second node on which whoever signs in is an administrator: <c>IClassFixture&lt;AdminServer&gt;</c>.</summary>
public sealed class AdminServer : IAsyncLifetime
{
    private TestNode _node = null!;

    public TestServer Server { get; } = new();

    /// <summary>The node of administrators; <see cref="Server"/>'s own has none.</summary>
    public Uri Address => _node.Address;

    public IServiceProvider Services => _node.App.Services;

    public async ValueTask InitializeAsync()
    {
        await Server.InitializeAsync();
        _node = await TestNode.StartAsync(
            Server.Database.ConnectionString, services => services.AddSingleton<IClaimsTransformation, EverybodyIsAdmin>(), app => { });
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await Server.DisposeAsync();
    }

    public async Task ExecuteAsync(string sql, params (string Name, object Value)[] parameters)
    {
        await using var command = Server.Database.DataSource.CreateCommand(sql);
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
