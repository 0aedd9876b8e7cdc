namespace AutoForge.Bench.Throughput;

/// <summary>A statement, how often it ran in the sample, how often of these it was parsed and planned anew, and its execution time in total.</summary>
internal sealed record StatementTime(string Statement, int Count, int Unprepared, double Milliseconds);
