namespace AutoForge.Bench.Throughput;

/// <summary>A published webhook: the account that pays, and the address that callers know.</summary>
internal sealed record Hook(Guid AccountId, string Token);
