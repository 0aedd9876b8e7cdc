using System.Collections.Concurrent;
using AutoForge.Engine.Ledger;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>Tells many stories, in lanes beside each other, each on databases of its own.</summary>
internal sealed class SimulationRun
{
    // A lane waits for its database most of the time. Only a long run has the server, and its hundred connections, to itself.
    private const int FewestLanes = 4;
    private const int MostLanes = 8;
    private const int SeedsOfALane = 500;

    // Small databases are quick; and the ledger of each is verified as a whole before it goes.
    private const int SeedsOfADatabase = 250;

    private readonly ConcurrentDictionary<Transition, long> _seen = [];
    private int _next;
    private int _told;
    private int _runs;
    private int _succeeded;
    private int _staleWrites;
    private int _headStarts;

    public IReadOnlyDictionary<Transition, long> Seen => _seen;
    public int Runs => _runs;
    public int Succeeded => _succeeded;
    public int StaleWrites => _staleWrites;
    public int HeadStarts => _headStarts;
    public int Seeds => _told;

    /// <exception cref="StoryFailedException">The first promise that was broken.</exception>
    public async Task TellAsync(IReadOnlyList<int> seeds)
    {
        _next = 0;
        var lanes = Math.Min(Math.Clamp(seeds.Count / SeedsOfALane, FewestLanes, MostLanes), seeds.Count);
        await Task.WhenAll(Enumerable.Range(0, lanes).Select(_ => Task.Run(async () =>
        {
            try
            {
                while (_next < seeds.Count)
                    await TellSomeAsync(seeds);
            }
            finally
            {
                // Once a promise is broken, nobody begins another story.
                _next = seeds.Count;
            }
        })));
    }

    private async Task TellSomeAsync(IReadOnlyList<int> seeds)
    {
        await using var database = await SimulatedDatabase.CreateAsync();
        var told = new List<int>();
        while (told.Count < SeedsOfADatabase && Interlocked.Increment(ref _next) - 1 is var i && i < seeds.Count)
        {
            told.Add(seeds[i]);
            Add(await Story.TellAsync(seeds[i], database));
        }
        foreach (var result in await new LedgerVerifier(database.Near).VerifyAsync(TestContext.Current.CancellationToken))
        {
            if (result.Violations > 0)
                throw new StoryFailedException(told[0], $"{result.Id} is broken by one of the seeds {string.Join(", ", told)}: {result.Statement} {result.Example}", []);
        }
    }

    private void Add(StoryEnd end)
    {
        Interlocked.Increment(ref _told);
        foreach (var (transition, times) in end.Seen)
            _seen.AddOrUpdate(transition, times, (_, before) => before + times);
        Interlocked.Add(ref _runs, end.Runs);
        Interlocked.Add(ref _succeeded, end.Succeeded);
        Interlocked.Add(ref _staleWrites, end.StaleWrites);
        Interlocked.Add(ref _headStarts, end.HeadStarts);
    }
}
