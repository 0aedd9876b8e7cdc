using AutoForge.Engine.Connections;
using AutoForge.Engine.Limits;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Engine.Workflows;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using Npgsql;

namespace AutoForge.Engine.Tests.Limits;

/// <summary>A plan's room for workflows and connections is kept also when many come at once.</summary>
public sealed class PlanRoomTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private TestEngine _node = null!;
    private Guid _account;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _node = await TestEngine.CreateAsync(database.ConnectionString);
        await _node.StartAsync();
        _account = await _node.OpenAccountAsync();
        await SetAsync(new PlanLimits(Workflows: 3, Connections: 2));
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task Publish_ManyAtOnce_StopsAtThePlan()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CodeOfAsync(() => PublishAsync())));

        Assert.Equal(3, results.Count(code => code is null));
        Assert.All(results.Where(code => code is not null), code => Assert.Equal("plan_limit_reached", code));
    }

    [Fact]
    public async Task Publish_AgainOrAfterAnotherIsSwitchedOff_HasRoom()
    {
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
            ids.Add((await PublishAsync()).DefinitionId);

        Assert.Null(await CodeOfAsync(() => _node.Get<WorkflowPublisher>().PublishAsync(_account, ids[0], Token)));
        Assert.NotNull(await CodeOfAsync(() => PublishAsync()));
        await _node.Get<WorkflowPublisher>().RetractAsync(_account, ids[1], Token);
        Assert.Null(await CodeOfAsync(() => PublishAsync()));
    }

    [Fact]
    public async Task CreateConnection_ManyAtOnce_StopsAtThePlan()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => CodeOfAsync(() =>
            _node.Get<ConnectionStore>().CreateAsync(
                _account, new ConnectionDraft($"c{i}", "secret", null, new Dictionary<string, string?> { ["value"] = "x" }), Token))));

        Assert.Equal(2, results.Count(code => code is null));
    }

    private Task<Publication> PublishAsync() => _node.PublishAsync(
        _account, Draw.Chain("Room", Draw.Trigger("start", "AutoForge.Manual"), Hosting.Steps.Name("name", "x")));

    private static async Task<string?> CodeOfAsync<T>(Func<Task<T>> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (AutoForgeException e)
        {
            return e.Code;
        }
    }

    private async Task SetAsync(PlanLimits limits)
    {
        await using var connection = await _node.Get<Database>().ConnectAsync(Token);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { AccountLimits.SetCommand(_account, limits) } };
        await batch.ExecuteNonQueryAsync(Token);
    }
}
