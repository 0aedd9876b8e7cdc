using AutoForge.Testing.Running;

namespace AutoForge.Reliability.Load;

/// <summary>A published workflow.</summary>
/// <param name="Token">The opaque part of its address; empty when it is started by the clock.</param>
internal sealed record Hook(Kind Kind, Guid AccountId, string Token, ApiClient Owner);
