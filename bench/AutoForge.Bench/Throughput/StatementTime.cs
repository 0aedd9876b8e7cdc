namespace AutoForge.Bench.Throughput;

/// <summary>A statement, how often it ran in the sample, and its execution time at the database in total.</summary>
internal sealed record StatementTime(string Statement, int Count, double Milliseconds);
