namespace AutoForge.Bench.Throughput;

/// <summary>What one number of connections gave. CPU is milliseconds per charged run; memory and log are bytes.</summary>
internal sealed record Row
{
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
    public required double Commits { get; init; }
    public required double WalBytes { get; init; }
    public double Statements { get; init; }
    public long PeakMemory { get; init; }
    public int Refused { get; init; }
    public Outcomes Outcomes { get; init; } = new();
    public IReadOnlyList<StatementTime> Times { get; init; } = [];
}
