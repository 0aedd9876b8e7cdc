namespace AutoForge.Server.Billing.AutoTopUps;

/// <summary>How it stands with the automatic top-ups of an account.</summary>
/// <param name="Settings">Null when the account never wanted any.</param>
/// <param name="CardSavedAt">Null when there is no card to charge.</param>
/// <param name="OpenCents">The payment that is under way; null when there is none.</param>
/// <param name="MonthCents">What this month's (UTC) have cost, the open one included.</param>
public sealed record AutoTopUpState(AutoTopUpSettings? Settings, DateTimeOffset? CardSavedAt, long? OpenCents, long MonthCents)
{
    public bool IsOn => Settings is { IsOn: true };

    /// <summary>Whether this month's cap leaves no room for another.</summary>
    public bool IsAtCap => Settings is { } settings && MonthCents + settings.AmountCents > settings.MonthCapCents;
}
