namespace AutoForge.Engine.Triggers.Signatures;

/// <summary>What became of a webhook's proof. Everything but <see cref="Valid"/> is answered with 401; the rest is for the log and the user's own trigger page.</summary>
internal enum SignatureVerdict
{
    /// <summary>No secret, or one that cannot be one. The default, so that a forgotten assignment refuses.</summary>
    BadSecret = 0,

    /// <summary>The request carries no proof.</summary>
    Missing,

    /// <summary>The proof that decides is incomplete or cannot be read.</summary>
    Malformed,

    /// <summary>Signed with another secret, or the request was changed.</summary>
    Wrong,

    /// <summary>Rightly signed, but longer ago or further ahead than <see cref="WebhookSignature.Tolerance"/>.</summary>
    Stale,

    /// <summary>The sender knows the secret.</summary>
    Valid,
}
