namespace AutoForge.Server.Billing.Events;

/// <summary>What has become of an event; the names stand in the database.</summary>
public sealed record EventOutcome(string Name, Guid? AccountId = null, string? Detail = null)
{
    /// <summary>Whether nothing is left to be done about it.</summary>
    public bool IsDone => Name is "booked" or "ignored";

    public static EventOutcome Booked(Guid accountId) => new("booked", accountId);

    /// <summary>Nothing to do: of no interest, or known already.</summary>
    public static EventOutcome Ignored(string detail, Guid? accountId = null) => new("ignored", accountId, detail);

    /// <summary>Not believed, or not possible. Somebody should look at it.</summary>
    public static EventOutcome Refused(string detail) => new("refused", Detail: detail);

    /// <summary>Money for an account that we do not have. Somebody should look at it.</summary>
    public static EventOutcome UnknownAccount(string? reference) => new("unknown_account", Detail: reference);
}
