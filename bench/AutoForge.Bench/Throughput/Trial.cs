using System.Diagnostics;
using System.Globalization;
using AutoForge.Bench.Profiling;
using AutoForge.Testing.Running;

namespace AutoForge.Bench.Throughput;

/// <summary>Measures one number of connections: warm-up, window, a count of statements, drain, and what became of every call.</summary>
/// <param name="others">Nodes beside the stage's own: their CPU time counts.</param>
internal sealed class Trial(Stage stage, ThroughputOptions options, params IReadOnlyList<ServerProcess> others)
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan IdlePause = TimeSpan.FromMilliseconds(25);

    /// <summary>Callers without a pause.</summary>
    /// <param name="afterWindow">Done while the load goes on, when everything is measured.</param>
    public Task<Row> LoadAsync(int connections, Func<Load, Task>? afterWindow = null) => MeasureAsync(
        new LoadPlan(connections) { SendsKeys = options.SendsKeys }, connections.ToString(CultureInfo.InvariantCulture), afterWindow);

    /// <summary>One caller who calls so seldom that every run finds an idle system.</summary>
    public Task<Row> IdleAsync() => MeasureAsync(new LoadPlan(1) { SendsKeys = options.SendsKeys, Pause = IdlePause }, Row.Idle, afterWindow: null);

    /// <param name="plan">Of the load that is measured; others may go on beside it.</param>
    /// <param name="hooks">Whom its callers share; null = every account of the stage.</param>
    public async Task<Row> MeasureAsync(LoadPlan plan, string name, Func<Load, Task>? afterWindow, IReadOnlyList<Hook>? hooks = null)
    {
        var meter = new Meter(stage.Database, [stage.Server.ProcessId, .. others.Select(o => o.ProcessId)], stage.PostgresProcess);
        var first = stage.Flights.Count;
        await using var observer = await Observer.StartAsync(stage.Database, stage.Hooks);
        await using var load = new Load(stage.Address, hooks ?? stage.Hooks, stage.Flights, plan);

        await load.GoOnAsync(options.WarmUp);
        ProcessTimes.ForgetPeak(stage.Server.ProcessId);
        using var counters = await RuntimeCounters.StartAsync(stage.Server.ProcessId);
        var begin = await meter.ReadAsync(observer);
        await load.GoOnAsync(options.Window);
        var end = await meter.ReadAsync(observer);
        var peak = ProcessTimes.PeakMemory(stage.Server.ProcessId);

        var memory = await counters.StopAsync();
        var sample = await StatementSample.TakeAsync(stage, load);
        if (afterWindow is not null)
            await afterWindow(load);
        await load.StopAsync(DrainLimit);
        await observer.WaitUntilSettledAsync(DrainLimit);
        var outcomes = await Outcomes.ReadAsync(stage, observer, first);
        // The sample dates its runs by the same observer.
        var runsInSample = CountBetween(plan, first, sample.Begin, sample.End, f => f.Settled);
        return Evaluate(plan, name, first, begin, end) with
        {
            PeakMemory = peak,
            Memory = memory,
            Statements = (double)sample.Statements / runsInSample,
            Refused = load.Refused,
            Outcomes = outcomes,
            Times = sample.Times,
        };
    }

    private Row Evaluate(LoadPlan plan, string name, int first, Reading begin, Reading end)
    {
        var (whole, toAction) = (new List<double>(), new List<double>());
        for (var i = first; i < stage.Flights.Count; i++)
        {
            var flight = stage.Flights[i];
            if (flight.Plan != plan)
                continue;
            if (IsBetween(flight.Settled, begin.At, end.At))
                whole.Add(Stopwatch.GetElapsedTime(flight.Sent, flight.Settled).TotalMilliseconds);
            if (IsBetween(flight.Arrived, begin.At, end.At))
                toAction.Add(Stopwatch.GetElapsedTime(flight.Sent, flight.Arrived).TotalMilliseconds);
        }

        var seconds = Stopwatch.GetElapsedTime(begin.At, end.At).TotalSeconds;
        double PerRun(TimeSpan cpu) => cpu.TotalMilliseconds / whole.Count;
        return new Row
        {
            Name = name,
            Accepted = CountBetween(plan, first, begin.At, end.At, f => f.Answered) / seconds,
            Charged = whole.Count / seconds,
            EndToEnd = Quantiles.Of(whole),
            ToAction = Quantiles.Of(toAction),
            ServerCpu = PerRun(end.Server - begin.Server),
            PostgresCpu = PerRun(end.Postgres - begin.Postgres),
            BenchCpu = PerRun(end.Bench - begin.Bench),
            OtherCpus = Math.Max(0, (end.Others - begin.Others).TotalSeconds / seconds),
            Commits = (double)(end.Commits - begin.Commits) / whole.Count,
            WalBytes = (double)(end.WalBytes - begin.WalBytes) / whole.Count,
        };
    }

    private int CountBetween(LoadPlan plan, int first, long begin, long end, Func<Flight, long> moment)
    {
        var count = 0;
        for (var i = first; i < stage.Flights.Count; i++)
        {
            if (stage.Flights[i].Plan == plan && IsBetween(moment(stage.Flights[i]), begin, end))
                count++;
        }
        return count;
    }

    private static bool IsBetween(long moment, long begin, long end) => moment > begin && moment <= end;
}
