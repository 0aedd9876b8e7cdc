using System.Collections.Concurrent;
using System.Text.Json;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Workflows;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace AutoForge.Engine.Prices;

/// <summary>
/// The price lists. A new list counts for what is saved and published from then on; a published workflow keeps its price
/// until it is published again, and a run the price it was accepted with. Other nodes learn of a new list within seconds.
/// </summary>
public sealed class PriceBook : BackgroundService
{
    private const int MostCents = 100_000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Database _database;
    private readonly ActivityCatalogue _catalogue;
    private readonly TimeProvider _time;
    private readonly ILogger<PriceBook> _logger;
    private readonly ConcurrentDictionary<int, PriceList> _lists = new([new(0, PriceList.Original)]);
    private volatile PriceList _current = PriceList.Original;

    internal PriceBook(Database database, ActivityCatalogue catalogue, TimeProvider time, ILogger<PriceBook> logger)
    {
        _database = database;
        _catalogue = catalogue;
        _time = time;
        _logger = logger;
    }

    /// <summary>What this node takes prices from now.</summary>
    public PriceList Current => _current;

    /// <summary>Publishes a list and takes prices from it at once on this node.</summary>
    /// <param name="cents">US cents by activity type, 0 to 100,000.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="AutoForgeException"><c>price_list_invalid</c>, with what is wrong; <c>price_list_conflict</c>: another was published just now.</exception>
    public async Task<PriceList> PublishAsync(IReadOnlyDictionary<string, int> cents, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cents);
        foreach (var (type, price) in cents)
        {
            if (_catalogue.Find(type) is null)
                throw new AutoForgeException("price_list_invalid", $"There is no activity '{type}'.");
            if (price is < 0 or > MostCents)
                throw new AutoForgeException("price_list_invalid", $"The price of '{type}' must be 0 to {MostCents} cents.");
        }

        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            INSERT INTO price_lists (version, cents)
            SELECT COALESCE(MAX(version), 0) + 1, @cents
            FROM price_lists
            """;
        command.Parameters.AddWithValue("cents", NpgsqlDbType.Json, JsonSerializer.Serialize(cents));
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            throw new AutoForgeException("price_list_conflict", "Another price list was published at the same moment. Look at it, then publish again.", e);
        }
        return await RefreshAsync(cancellationToken);
    }

    /// <summary>A list of before, for a receipt.</summary>
    internal async ValueTask<PriceList> GetAsync(int version, CancellationToken cancellationToken)
    {
        if (_lists.TryGetValue(version, out var list))
            return list;
        return await ReadAsync(version, cancellationToken) ?? throw new InvalidOperationException($"There is no price list {version}.");
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await RefreshAsync(stoppingToken);
            }
            // The list that is known goes on counting while the database is away.
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.RefreshFailed(_logger, e);
            }
        }
    }

    private async Task<PriceList> RefreshAsync(CancellationToken cancellationToken) =>
        _current = await ReadAsync(version: null, cancellationToken) ?? PriceList.Original;

    private async Task<PriceList?> ReadAsync(int? version, CancellationToken cancellationToken)
    {
        await using var connection = await _database.ConnectAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT version, cents, created_at
            FROM price_lists
            WHERE @version IS NULL OR version = @version
            ORDER BY version DESC
            LIMIT 1
            """;
        command.Parameters.Add(new NpgsqlParameter<int?>("version", version));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        var list = new PriceList(
            reader.GetInt32(0), JsonSerializer.Deserialize<Dictionary<string, int>>(reader.GetString(1))!, reader.GetFieldValue<DateTimeOffset>(2));
        return _lists[list.Version] = list;
    }
}
