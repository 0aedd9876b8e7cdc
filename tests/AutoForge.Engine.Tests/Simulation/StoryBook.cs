using AutoForge.Engine.Runs;
using AutoForge.Engine.Tests.Hosting;
using AutoForge.Engine.Tests.Runs;
using AutoForge.Engine.Triggers;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>What a story knows: whom and what there is, what was promised, what time it is, and what has been done so far.</summary>
internal sealed class StoryBook(int seed, SimulatedDatabase database)
{
    private readonly List<string> _operations = [];
    private readonly Dictionary<Guid, StoryRun> _runs = [];

    public int Seed { get; } = seed;
    public SimulatedDatabase Database { get; } = database;
    public Random Random { get; } = new(seed);

    // Shortly before the end of a month and of a day, so that stories cross both; and after every real id was made.
    public FakeClock Time { get; } = new(new DateTimeOffset(2040, 3, 31, 23, 40, 0, TimeSpan.Zero));
    public World World { get; } = new();
    public List<StoryAccount> Accounts { get; } = [];
    public List<StoryWorkflow> Workflows { get; } = [];
    public IReadOnlyCollection<StoryRun> Runs => _runs.Values;
    public IReadOnlyList<string> Operations => _operations;

    /// <summary>Writes of a walk that had lost its run, each of which left no trace.</summary>
    public int StaleWrites { get; set; }

    /// <summary>Runs whose first START was stored with their acceptance.</summary>
    public int HeadStarts { get; set; }

    public void Say(string operation) => _operations.Add(operation);

    public StoryFailedException Violation(string text, Exception? cause = null) => new(Seed, text, _operations, cause);

    public void Require(bool holds, string violation)
    {
        if (!holds)
            throw Violation(violation);
    }

    public bool IsPromised(Guid id) => _runs.ContainsKey(id);

    public StoryRun RunOf(Guid id) => _runs.TryGetValue(id, out var run) ? run : throw Violation($"a run that nobody was promised: {id}");

    public StoryRun Promise(Guid id, StoryWorkflow workflow, StoryRun? replayOf)
    {
        Require(!_runs.ContainsKey(id), "a run that was promised twice");
        var run = new StoryRun(_runs.Count, id, workflow, Time.Now, replayOf);
        _runs.Add(id, run);
        return run;
    }

    public T Any<T>(IReadOnlyList<T> all) => all[Random.Next(all.Count)];

    public bool OneIn(int n) => Random.Next(n) == 0;

    public Loss AnyLoss => (Loss)Random.Next(3);

    /// <summary>An account as it is stored. Its places are those of its jobs, whenever one looks, and no more than its plan has ever had.</summary>
    public async Task<AccountFacts> FactsAsync(StoryAccount account)
    {
        var facts = await AccountFacts.ReadAsync(Database.Sql, account.Id);
        Require(
            (facts.PlacesTaken, facts.RunsParked) == (facts.JobsWithPlace, facts.JobsParked),
            $"{account} has {facts.PlacesTaken} places and {facts.RunsParked} parked runs, but jobs for {facts.JobsWithPlace} and {facts.JobsParked}");
        Require(facts.PlacesTaken <= account.MostPlaces, $"{account} has {facts.PlacesTaken} places of {account.MostPlaces}");
        return facts;
    }

    public async Task AdvanceAsync(TimeSpan time)
    {
        Time.Advance(time);
        await Database.SetClockAsync(Time.Now);
    }

    /// <summary>What acceptance must answer, reckoned from what was promised.</summary>
    public AcceptOutcome Expected(StoryWorkflow workflow, int priceCents, bool isByTrigger, AccountFacts facts)
    {
        if (isByTrigger && !workflow.IsOn)
            return AcceptOutcome.SwitchedOff;
        var (account, today) = (workflow.Account, Time.Now.UtcDateTime.Date);
        var month = Runs.Where(r => r.Account == account && (r.AcceptedAt.Year, r.AcceptedAt.Month) == (today.Year, today.Month) && facts.Runs[r.Id].IsSpent).ToList();
        if (Runs.Count(r => r.Account == account && r.AcceptedAt.UtcDateTime.Date == today) >= account.Plan.RunsPerDay)
            return AcceptOutcome.OverQuota;
        if (priceCents > account.Caps.RunCents
            || month.Sum(r => r.Workflow.PriceCents) + priceCents > account.Caps.MonthCents
            || month.Where(r => r.Workflow == workflow).Sum(r => r.Workflow.PriceCents) + priceCents > workflow.CapCents)
            return AcceptOutcome.OverCap;
        return facts.DebtCents > 0 || facts.AvailableCents < priceCents ? AcceptOutcome.NoBalance : AcceptOutcome.Accepted;
    }

    /// <summary>
    /// Everything that is stored about a run, and its account's money, to see whether something has changed. The places are not:
    /// whoever locks an account hands those that are free to its parked runs, even if it has nothing else to write.
    /// </summary>
    public Task<string> EverythingAsync(StoryRun run) => Database.Sql.ScalarAsync<string>(
        """
        SELECT concat_ws(E'\n',
            (SELECT r::text FROM runs AS r WHERE account_id = @a AND id = @r),
            (SELECT string_agg(s::text, E'\n' ORDER BY seq) FROM steps AS s WHERE account_id = @a AND run_id = @r),
            (SELECT CASE WHEN lease_owner IS NULL AND (due_at = 'infinity' OR has_place)
                         THEN ROW(attempt, tries, 'parked, or handed a place')::text
                         ELSE j::text
                    END
             FROM jobs AS j WHERE account_id = @a AND id = @r),
            (SELECT ROW(available_cents, held_cents, debt_cents, last_entry_no, month_cents)::text FROM accounts WHERE id = @a))
        """, ("a", run.Account.Id), ("r", run.Id));
}
