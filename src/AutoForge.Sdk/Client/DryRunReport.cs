using System.Text.Json.Nodes;

namespace AutoForge.Client;

/// <summary>What a run would do and cost.</summary>
/// <param name="Steps">The steps that would reach the outside world, in order.</param>
/// <param name="PriceCents">US cents that a successful run costs.</param>
/// <param name="Fault">Why it would fail; null = it would not, as far as can be known without the outside world.</param>
public sealed record DryRunReport(IReadOnlyList<DryRunStep> Steps, int PriceCents, RunFault? Fault);

/// <summary>A step that would reach the outside world.</summary>
/// <param name="ActivityId">The activity.</param>
/// <param name="Type">Its type.</param>
/// <param name="WouldSend">What it would send, secrets masked.</param>
public sealed record DryRunStep(string ActivityId, string Type, JsonNode? WouldSend);
