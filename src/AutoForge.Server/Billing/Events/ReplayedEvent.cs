namespace AutoForge.Server.Billing.Events;

/// <summary>What became of an event that an administrator had done again.</summary>
/// <param name="IsNew">False = it was done with before, and nothing was changed.</param>
public sealed record ReplayedEvent(string Id, string Type, EventOutcome Outcome, bool IsNew)
{
    /// <summary>For people.</summary>
    public string Text => (IsNew, Outcome.Name) switch
    {
        (false, "booked") => $"{Id} had been booked before. Nothing was changed.",
        (false, _) => $"{Id} had been dealt with before: {Outcome.Detail ?? "there was nothing to book."} Nothing was changed.",
        (true, "booked") => $"{Id} ({Type}) is booked now.",
        (true, "ignored") => $"{Id} ({Type}) is taken now; there was nothing to book: {Outcome.Detail}",
        (true, "unknown_account") => $"{Id} ({Type}) can still not be booked: it names no account of this server.",
        _ => $"{Id} ({Type}) can still not be booked: {Outcome.Detail}",
    };
}
