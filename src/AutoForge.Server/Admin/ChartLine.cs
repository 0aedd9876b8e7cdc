namespace AutoForge.Server.Admin;

/// <summary>A line of a chart.</summary>
/// <param name="Values">One per minute; null = nobody knows, and the line has a gap.</param>
/// <remarks>Public, as the parameters of Razor components are.</remarks>
public sealed record ChartLine(string Name, IReadOnlyList<double?> Values);
