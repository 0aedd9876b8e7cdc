using AutoForge.Engine.Prices;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Engine.Workflows;
using AutoForge.Testing;
using AutoForge.Testing.Running;
using AutoForge.Testing.Servers;
using Npgsql;

namespace AutoForge.Engine.Tests.Workflows;

/// <summary>Prices are data: a new list counts from the next publish on, and a run keeps the price it was accepted with (money rule 5).</summary>
public sealed class PriceBookTests(TestDatabase database) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private TestEngine _node = null!;
    private HttpTarget _target = null!;
    private Guid _account;

    private static CancellationToken Token => TestContext.Current.CancellationToken;
    private PriceBook Book => _node.Get<PriceBook>();

    public async ValueTask InitializeAsync()
    {
        _target = await HttpTarget.StartAsync();
        _node = await TestEngine.CreateAsync(database.ConnectionString);
        await _node.StartAsync();
        _account = await _node.OpenAccountAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _target.DisposeAsync();
    }

    [Fact]
    public async Task Publish_NewList_CountsFromTheNextPublishAndReceiptsKeepTheirs()
    {
        var before = await Book.PublishAsync(new Dictionary<string, int> { ["AutoForge.HttpRequest"] = 7 }, Token);
        var published = await _node.PublishAsync(_account, Draw.Chain("Priced",
            Draw.Trigger("start", "AutoForge.Manual"), Hosting.Steps.Request("get", "GET", _target.Url("/a"))));
        var first = await _node.AcceptAsync(_account, published.DefinitionId);
        await _node.EndOfAsync(_account, first);

        var after = await Book.PublishAsync(new Dictionary<string, int> { ["AutoForge.HttpRequest"] = 20 }, Token);
        var unchanged = await _node.AcceptAsync(_account, published.DefinitionId);
        var again = (await _node.Get<WorkflowPublisher>().PublishAsync(_account, published.DefinitionId, Token))!;
        var dearer = await _node.AcceptAsync(_account, published.DefinitionId);
        await _node.EndOfAsync(_account, unchanged);
        await _node.EndOfAsync(_account, dearer);

        Assert.Equal(before.Version + 1, after.Version);
        Assert.Equal((7, 20, 7), (published.PriceCents, again.PriceCents, again.PreviousPriceCents));
        Assert.Equal([7], await LinesAsync(first));
        Assert.Equal([7], await LinesAsync(unchanged));
        Assert.Equal([20], await LinesAsync(dearer));
        Assert.Empty(await _node.ViolationsAsync());
    }

    [Fact]
    public async Task Publish_OnAnotherNode_IsLearned()
    {
        await using var other = await TestEngine.CreateAsync(database.ConnectionString);
        var published = await Book.PublishAsync(new Dictionary<string, int> { ["AutoForge.SendEmail"] = 9 }, Token);

        await other.StartAsync();

        Assert.Equal(published.Version, other.Get<PriceBook>().Current.Version);
        Assert.Equal(9, other.Get<PriceBook>().Current.Of(other.Get<ActivityCatalogue>().Find("AutoForge.SendEmail")!));
    }

    [Theory]
    [InlineData("AutoForge.Unknown", 5)]
    [InlineData("AutoForge.HttpRequest", -1)]
    [InlineData("AutoForge.HttpRequest", 100_001)]
    public async Task Publish_WrongList_IsRefused(string type, int cents)
    {
        var current = Book.Current;

        var refused = await Assert.ThrowsAsync<AutoForgeException>(() => Book.PublishAsync(new Dictionary<string, int> { [type] = cents }, Token));

        Assert.Equal("price_list_invalid", refused.Code);
        Assert.Same(current, Book.Current);
    }

    [Fact]
    public async Task PriceList_InTheDatabase_NeverChanges()
    {
        await Book.PublishAsync(new Dictionary<string, int>(), Token);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => database.DataSource.ExecuteAsync("UPDATE price_lists SET cents = '{}'"));

        Assert.Equal(PostgresErrorCodes.RestrictViolation, refused.SqlState);
    }

    private async Task<IEnumerable<int>> LinesAsync(Guid run) =>
        (await _node.Get<ReceiptQuery>().GetAsync(_account, run, Token))!.Lines.Select(line => line.Cents);
}
