namespace AutoForge.Bench.Profiling;

/// <summary>Per second. A collection of a generation counts for the younger ones too.</summary>
internal sealed record MemoryRates(double AllocatedBytes, double Gen0, double Gen1, double Gen2);
