using System.Globalization;

namespace AutoForge.Reliability;

/// <summary>What is asked for on the command line.</summary>
internal sealed record ReliabilityOptions
{
    public const string Usage =
        """
        bench/reliability [options]
          --minutes 4            about how long the figures go on together; 60 is full size
          --seed N               where the chance begins; printed in the verdict
          --figures F1,F2,…      F1, F2, F3, F4, F6, F7, soak, F9, poison, clocks; default: all
          --points accept,…      the crash points of F3; default: all, and one side of each below 2 minutes
          --broken               builds deliberately broken copies instead, each of which must be caught;
                                 with --figures those that these figures must catch
        """;

    public double Minutes { get; private init; } = 4;
    public int Seed { get; private init; } = Random.Shared.Next();
    public IReadOnlyList<string> Figures { get; private init; } = [];
    public IReadOnlyList<string> Points { get; private init; } = [];
    public bool IsBroken { get; private init; }

    /// <summary>What runs is one of the broken builds, told so by the program that has built it.</summary>
    public bool IsOfBroken { get; private init; }

    /// <exception cref="FormatException">An option is unknown or its value cannot be read.</exception>
    public static ReliabilityOptions Parse(IEnumerable<string> args)
    {
        var options = new ReliabilityOptions();
        var left = new Queue<string>(args);
        while (left.TryDequeue(out var name))
        {
            options = name switch
            {
                "--minutes" => options with { Minutes = double.Parse(Value(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) },
                "--seed" => options with { Seed = int.Parse(Value(), NumberStyles.None, CultureInfo.InvariantCulture) },
                "--figures" => options with { Figures = Value().Split(',') },
                "--points" => options with { Points = Value().Split(',') },
                "--broken" => options with { IsBroken = true },
                "--of-broken" => options with { IsOfBroken = true },
                _ => throw new FormatException($"Unknown option {name}."),
            };
        }
        return options;

        string Value() => left.TryDequeue(out var value) ? value : throw new FormatException("The last option lacks its value.");
    }
}
