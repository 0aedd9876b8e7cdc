namespace AutoForge.Engine.Triggers;

/// <summary>A call of a webhook address, read completely.</summary>
public sealed record WebhookRequest
{
    /// <summary>The opaque part of the address.</summary>
    public required string Token { get; init; }

    /// <summary>HTTP method, upper case.</summary>
    public required string Method { get; init; }

    /// <summary>Names as they came; several values of one name joined by commas.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>Decoded, in order; names may repeat.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Query { get; init; }

    /// <summary>Null when the request has none.</summary>
    public string? ContentType { get; init; }

    /// <summary>The raw bytes: signatures are about them.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    public string? Header(string name)
    {
        foreach (var (key, value) in Headers)
        {
            if (string.Equals(key, name, StringComparison.OrdinalIgnoreCase))
                return value;
        }
        return null;
    }
}

/// <summary>What became of a call.</summary>
public enum WebhookOutcome
{
    /// <summary>Durable.</summary>
    Accepted,

    /// <summary>The same key came before; the earlier run is named.</summary>
    Duplicate,

    /// <summary>No such address.</summary>
    Unknown,

    /// <summary>The address exists; its workflow is switched off.</summary>
    SwitchedOff,

    /// <summary>The trigger does not take this method.</summary>
    MethodNotAllowed,

    /// <summary>A secret is set, and the call does not prove that it knows it.</summary>
    BadSignature,

    /// <summary>Balance, a spend cap or the plan forbids the run.</summary>
    Refused,

    /// <summary>Workflows that call each other have gone round too often.</summary>
    LoopTooDeep,
}

/// <param name="Acceptance">For <see cref="WebhookOutcome.Refused"/>: why.</param>
/// <param name="Methods">For <see cref="WebhookOutcome.MethodNotAllowed"/>: what the trigger takes.</param>
public sealed record WebhookReceipt(WebhookOutcome Outcome, Guid RunId = default, Acceptance Acceptance = default, IReadOnlyList<string>? Methods = null);
