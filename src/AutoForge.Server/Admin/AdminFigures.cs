namespace AutoForge.Server.Admin;

/// <summary>How the server as a whole does.</summary>
/// <param name="Weeks">Every week (from Monday, UTC) in which an account was opened, newest first.</param>
public sealed record AdminFigures(IReadOnlyList<ActivationWeek> Weeks, QueueFigures Queue, RunFigures LastDay, IReadOnlyList<RefusedCount> Refused)
{
    public long Accounts => Weeks.Sum(week => week.Accounts);

    /// <summary>Accounts with a first charged run.</summary>
    public long Activated => Weeks.Sum(week => week.Activated);
}

/// <param name="Accounts">Opened in this week.</param>
/// <param name="Activated">Those of them that have had a charged run, whenever.</param>
public sealed record ActivationWeek(DateOnly Monday, long Accounts, long Activated);

/// <param name="Due">Wait for a worker.</param>
/// <param name="UnderWay">A worker has them.</param>
/// <param name="Later">Wait for a time: a delay or the next try.</param>
/// <param name="Parked">Wait for another run of their account: its plan allows no more at a time.</param>
/// <param name="OldestDue">How long the oldest due one waits; null = none does.</param>
public sealed record QueueFigures(long Due, long UnderWay, long Later, long Parked, TimeSpan? OldestDue);

/// <summary>Runs accepted in the last 24 hours.</summary>
/// <param name="ChargedCents">US cents.</param>
/// <param name="P95">Of 20 runs that ended, 19 took no longer from acceptance to end; null = none has ended.</param>
public sealed record RunFigures(long Accepted, long Succeeded, long Failed, long Cancelled, long ChargedCents, TimeSpan? P50, TimeSpan? P95)
{
    /// <summary>Share of the runs that reached an end by themselves, 0 to 1; null = none has.</summary>
    public double? FailureRate => Succeeded + Failed == 0 ? null : (double)Failed / (Succeeded + Failed);
}

/// <summary>What was refused in the last 24 hours.</summary>
/// <param name="Webhooks">How many of them were webhook calls.</param>
public sealed record RefusedCount(string Reason, long Times, long Webhooks);

/// <summary>An account in the administrator's list. US cents.</summary>
/// <param name="Emails">Of its users.</param>
public sealed record AccountRow(
    Guid Id, DateTimeOffset CreatedAt, long AvailableCents, long HeldCents, long DebtCents, string Emails, bool HasPaidRun);

/// <summary>An event of the payment provider and what became of it.</summary>
public sealed record StripeEventRow(
    string Id, string Type, bool Live, Guid? AccountId, string Outcome, string? Detail, DateTimeOffset ReceivedAt)
{
    /// <summary>Whether somebody should look at it.</summary>
    public bool NeedsLook => Outcome is "refused" or "unknown_account" or "received";
}
