namespace AutoForge.Reliability.Load;

/// <summary>What a workflow of the load does, and with it what may become of its runs.</summary>
internal enum Kind
{
    /// <summary>Two GETs: repeated after a crash, so the run always succeeds.</summary>
    Safe,

    /// <summary>One POST: sent at most once, whatever dies; an interrupted one fails as uncertain.</summary>
    Unsafe,

    /// <summary>A POST whose receiver honours the idempotency key: repeated with the same key, and always succeeds.</summary>
    Keyed,

    /// <summary>A POST that is answered 500: always fails, and is never charged.</summary>
    Failing,

    /// <summary>GET, a delay, GET: gives its job and its place back in between.</summary>
    Resting,

    /// <summary>A GET and a long delay, cancelled by its owner.</summary>
    Cancelled,

    /// <summary>Started by the clock, every minute.</summary>
    Scheduled,

    /// <summary>A GET that is answered when the harness says so. No part of the ordinary load.</summary>
    Gated,
}
