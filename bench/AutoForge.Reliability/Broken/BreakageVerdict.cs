namespace AutoForge.Reliability.Broken;

/// <summary>Whether a deliberately broken build was caught.</summary>
/// <param name="By">The violations that gave it away; of an error when it was not caught.</param>
internal sealed record BreakageVerdict(string Breakage, string Figure, bool Caught, IReadOnlyList<string> By, double Seconds);
