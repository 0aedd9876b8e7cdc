namespace AutoForge.Server.Admin;

/// <summary>An adjustment of credit as it was typed, in dollars.</summary>
public sealed record TypedAdjustment(string Amount, string Reason);
