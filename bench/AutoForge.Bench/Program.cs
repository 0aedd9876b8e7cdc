using System.Globalization;
using AutoForge.Bench;
using AutoForge.Bench.Floor;
using AutoForge.Bench.Steadiness;
using AutoForge.Bench.Throughput;

switch (args)
{
    case ["pages"]:
        await PageLoads.RunAsync();
        return 0;
    case ["throughput", .. var options]:
        if (ThroughputOptions.TryParse(options, out var parsed, out var problem))
            return await ThroughputRun.RunAsync(parsed, Console.Out);
        Console.Error.WriteLine($"{problem}\n{ThroughputOptions.Usage}");
        return 2;
    case ["steady", .. var options]:
        if (ThroughputOptions.TryParse(options, out var steady, out var fault))
            return await SteadyRun.RunAsync(steady, Console.Out);
        Console.Error.WriteLine($"{fault}\n{ThroughputOptions.Usage}");
        return 2;
    case ["soak", var minutes] when int.TryParse(minutes, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0:
        return await SoakRun.RunAsync(count, Console.Out);
    case [EndpointFloor.Command]:
        await EndpointFloor.ServeAsync();
        return 0;
    default:
        Console.Error.WriteLine($"Usage: dotnet run -c Release --project bench/AutoForge.Bench -- pages\n   or: soak MINUTES\n   or: steady, with the options of throughput\n   or: {ThroughputOptions.Usage}");
        return 2;
}
