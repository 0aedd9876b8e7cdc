using System.Globalization;
using AutoForge.Bench;
using AutoForge.Bench.Floor;
using AutoForge.Bench.Nodes;
using AutoForge.Bench.Scale;
using AutoForge.Bench.Schedules;
using AutoForge.Bench.Steadiness;
using AutoForge.Bench.Throughput;

const string Usage =
    """
    Usage: dotnet run -c Release --project bench/AutoForge.Bench -- COMMAND
      throughput      the way of a run at full speed, beside what the machine could do at best
      steady          the same beside an idle transaction, and beside an account that floods
      scale RUNS      the same with so many finished runs in the database, at least 100000
      nodes           the same on two nodes
      schedules N     so many schedules due in the same second, on two nodes
      pages           pages and the designer in a browser
    """;

switch (args)
{
    case ["throughput", .. var options]:
        return await MeasureAsync(options, parsed => ThroughputRun.RunAsync(parsed, Console.Out));
    case ["steady", .. var options]:
        return await MeasureAsync(options, parsed => SteadyRun.RunAsync(parsed, Console.Out));
    case ["scale", var runs, .. var options] when Number(runs) is { } count and >= History.LeastRuns:
        return await MeasureAsync(options, parsed => ScaleRun.RunAsync(count, parsed, Console.Out));
    case ["nodes", .. var options]:
        return await MeasureAsync(options, parsed => NodesRun.RunAsync(parsed, Console.Out));
    case ["schedules", var schedules] when Number(schedules) is { } count and > 0:
        return await SchedulesRun.RunAsync(count, Console.Out);
    case ["pages"]:
        await PageLoads.RunAsync();
        return 0;
    case [EndpointFloor.Command]:
        await EndpointFloor.ServeAsync();
        return 0;
    default:
        return Refuse("There is no such command.");
}

static async Task<int> MeasureAsync(string[] options, Func<ThroughputOptions, Task<int>> run) =>
    ThroughputOptions.TryParse(options, out var parsed, out var problem) ? await run(parsed) : Refuse(problem);

static int Refuse(string problem)
{
    Console.Error.WriteLine($"{problem}\n{Usage}\n{ThroughputOptions.Usage}");
    return 2;
}

static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
