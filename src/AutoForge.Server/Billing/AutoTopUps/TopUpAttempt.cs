namespace AutoForge.Server.Billing.AutoTopUps;

/// <summary>A payment that was begun: what the provider is asked for, each time with the same words and the same key.</summary>
/// <param name="AmountCents">US cents.</param>
/// <param name="IsTooOld">Whether the provider may have forgotten the key, so that another request could pay again.</param>
internal sealed record TopUpAttempt(Guid AccountId, Guid Id, long AmountCents, string CustomerId, string CardId, bool IsTooOld = false)
{
    /// <summary>In the metadata of its payment.</summary>
    public const string Metadata = "auto_topup";

    public string Key => $"auto-topup-{Id}";
}
