namespace AutoForge.Bench.Throughput;

/// <summary>Milliseconds, nearest rank.</summary>
internal sealed record Quantiles(double P50, double P95, double P99)
{
    public static Quantiles Of(List<double> milliseconds)
    {
        milliseconds.Sort();
        return new Quantiles(At(0.50), At(0.95), At(0.99));

        double At(double rank) => milliseconds.Count == 0 ? double.NaN : milliseconds[(int)Math.Ceiling(rank * milliseconds.Count) - 1];
    }
}
