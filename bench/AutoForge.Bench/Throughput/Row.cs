using AutoForge.Bench.Profiling;

namespace AutoForge.Bench.Throughput;

/// <summary>What one number of connections gave. CPU is milliseconds per charged run; memory and log are bytes.</summary>
internal sealed record Row
{
    /// <summary>Name of the row with one caller who leaves the system time to rest.</summary>
    public const string Idle = "idle";

    public required string Name { get; init; }

    /// <summary>202 answers per second.</summary>
    public required double Accepted { get; init; }

    /// <summary>Runs per second that were charged and whose charge was committed.</summary>
    public required double Charged { get; init; }

    /// <summary>From the send of a call until its charge was visible to another session.</summary>
    public required Quantiles EndToEnd { get; init; }

    /// <summary>From the send of a call until its run's own request was at the target.</summary>
    public required Quantiles ToAction { get; init; }

    public required double ServerCpu { get; init; }
    public required double PostgresCpu { get; init; }
    public required double BenchCpu { get; init; }
    public double TotalCpu => ServerCpu + PostgresCpu + BenchCpu;

    /// <summary>CPUs that neither we nor the idle task had, on average: other processes and the kernel's own. Above a few hundredths the row is no measurement of us alone.</summary>
    public required double OtherCpus { get; init; }

    public required double Commits { get; init; }
    public required double WalBytes { get; init; }
    public double Statements { get; init; }

    /// <summary>Bytes that the server allocates per run, and its collections per second.</summary>
    public MemoryRates Memory { get; init; } = new(0, 0, 0, 0);
    public long PeakMemory { get; init; }
    public int Refused { get; init; }
    public Outcomes Outcomes { get; init; } = new();
    public IReadOnlyList<StatementTime> Times { get; init; } = [];
}
