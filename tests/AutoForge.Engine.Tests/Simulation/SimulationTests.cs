using System.Globalization;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>Deterministic simulation of the engine on a real database, with faults (reliability F6).</summary>
/// <remarks>
/// <c>AUTOFORGE_SIMULATION_SEEDS</c> says how many seeds, <c>AUTOFORGE_SEED</c> tells the story of one again.
/// </remarks>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int FixedSeeds = 150;
    private const int DefaultSeeds = 200;

    [Fact]
    public async Task Tell_ManySeeds_KeepsEveryPromiseAndTakesEveryTransition()
    {
        if (Number("AUTOFORGE_SEED") is { } one)
        {
            await using var database = await SimulatedDatabase.CreateAsync();
            output.WriteLine(string.Join('\n', (await Story.TellAsync(one, database)).Operations));
            return;
        }
        var count = Number("AUTOFORGE_SIMULATION_SEEDS") ?? DefaultSeeds;
        var begin = Random.Shared.Next(FixedSeeds, int.MaxValue - count);
        var run = new SimulationRun();

        await run.TellAsync([.. Enumerable.Range(0, Math.Min(count, FixedSeeds))]);
        var missing = Transition.All.Except(run.Seen.Keys).ToList();
        await run.TellAsync([.. Enumerable.Range(begin, Math.Max(count - FixedSeeds, 0))]);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"seeds {run.Seeds} (from {begin}), runs {run.Runs}, succeeded {run.Succeeded}, staleWrites {run.StaleWrites}, headStarts {run.HeadStarts}, transitions {run.Seen.Count} of {Transition.All.Count}"));
        foreach (var transition in Transition.All)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run.Seen.GetValueOrDefault(transition),8} {transition}"));
        if (count >= FixedSeeds)
            Assert.Empty(missing);
        // An idle simulation proves nothing.
        Assert.True(
            run.Succeeded > count && run.StaleWrites > count / 4 && run.HeadStarts > count / 4,
            $"{run.Succeeded} succeeded, {run.StaleWrites} stale writes, {run.HeadStarts} head starts");
    }

    /// <summary>On two databases at once, so that neither timing nor what was there before matters.</summary>
    [Fact]
    public async Task Tell_TheSameSeedTwice_IsTheSameStory()
    {
        var seeds = Enumerable.Range(0, 30).ToList();

        var both = await Task.WhenAll(Task.Run(TellAllAsync), Task.Run(TellAllAsync));

        Assert.All(both[0].Zip(both[1]), pair =>
        {
            Assert.Equal(pair.First.Operations, pair.Second.Operations);
            Assert.Equal(Describe(pair.First), Describe(pair.Second));
        });

        async Task<List<StoryEnd>> TellAllAsync()
        {
            await using var database = await SimulatedDatabase.CreateAsync();
            var ends = new List<StoryEnd>();
            foreach (var seed in seeds)
                ends.Add(await Story.TellAsync(seed, database));
            return ends;
        }

        static IEnumerable<string> Describe(StoryEnd end) =>
            end.Seen.Select(seen => $"{seen.Key} {seen.Value}").Order(StringComparer.Ordinal).Append($"{end.Runs} {end.Succeeded} {end.StaleWrites} {end.HeadStarts}");
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
