using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AutoForge.Bench.Throughput;

/// <summary>What is asked for on the command line: <c>throughput [--seconds 10] [--connections 1,8,32,64] …</c></summary>
internal sealed record ThroughputOptions
{
    public const string Usage =
        """
        Options of throughput, steady, scale and nodes:
          --seconds 10              length of each measured window
          --warmup 15               seconds of the same load before each window
          --connections 1,8,32,64   callers at a time, one row each
          --rounds 3                times that nodes, and steady for its flood, measure each of what they compare, in turn
          --accounts 8              accounts that share the load, one workflow each
          --keys                    send an Idempotency-Key with every call
          --no-floor                leave out the floor
          --profile FILE            write where the server's CPU time goes under the last number of callers
        """;

    public TimeSpan Window { get; private init; } = TimeSpan.FromSeconds(10);
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(15);
    public IReadOnlyList<int> Connections { get; private init; } = [1, 8, 32, 64];
    public int Rounds { get; private init; } = 3;
    public int Accounts { get; private init; } = 8;
    public bool SendsKeys { get; private init; }
    public string? ProfileFile { get; private init; }
    public bool MeasuresFloor { get; private init; } = true;

    public static bool TryParse(IEnumerable<string> args, [NotNullWhen(true)] out ThroughputOptions? options, out string problem)
    {
        try
        {
            (options, problem) = (Parse(args), "");
            return true;
        }
        catch (FormatException e)
        {
            (options, problem) = (null, e.Message);
            return false;
        }
    }

    /// <exception cref="FormatException">An option is unknown or its value cannot be read.</exception>
    private static ThroughputOptions Parse(IEnumerable<string> args)
    {
        var options = new ThroughputOptions();
        var left = new Queue<string>(args);
        while (left.TryDequeue(out var name))
        {
            options = name switch
            {
                "--seconds" => options with { Window = TimeSpan.FromSeconds(Number(Value())) },
                "--warmup" => options with { WarmUp = TimeSpan.FromSeconds(Number(Value())) },
                "--connections" => options with { Connections = [.. Value().Split(',').Select(Number)] },
                "--rounds" => options with { Rounds = Number(Value()) },
                "--accounts" => options with { Accounts = Number(Value()) },
                "--keys" => options with { SendsKeys = true },
                "--profile" => options with { ProfileFile = Value() },
                "--no-floor" => options with { MeasuresFloor = false },
                _ => throw new FormatException($"Unknown option {name}."),
            };
        }
        return options;

        string Value() => left.TryDequeue(out var value) ? value : throw new FormatException("The last option lacks its value.");
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new FormatException($"'{text}' is not a number above zero.");
}
