namespace AutoForge.Bench.Throughput;

/// <summary>Nearest rank.</summary>
internal sealed record Quantiles(double P50, double P95, double P99)
{
    public static Quantiles Of(List<double> values)
    {
        values.Sort();
        return new Quantiles(At(0.50), At(0.95), At(0.99));

        double At(double rank) => values.Count == 0 ? double.NaN : values[(int)Math.Ceiling(rank * values.Count) - 1];
    }
}
