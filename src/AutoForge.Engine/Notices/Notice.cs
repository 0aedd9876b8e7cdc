namespace AutoForge.Engine.Notices;

/// <summary>What there is to tell the owner of an account.</summary>
public enum NoticeKind
{
    /// <summary>Runs of a workflow failed; told at once, then at most once an hour.</summary>
    RunFailed,

    /// <summary>The balance fell below what the owner wants to be warned at; told at most once a day.</summary>
    LowBalance,

    /// <summary>80% of a month's cap are spent; told once a month.</summary>
    CapNear,

    /// <summary>A month's cap kept a run from being started; told once a month.</summary>
    CapReached,

    /// <summary>A saved card did not pay an automatic top-up, which is switched off; told once per payment.</summary>
    TopUpFailed,
}

/// <summary>A fact to tell, stored by the transaction that made it true.</summary>
/// <param name="Subject">What it is about; the same kind and subject are told together.</param>
/// <param name="WorkflowId">Null when the whole account is meant.</param>
/// <param name="RunId">The last run that it is about; null when it is about none.</param>
public sealed record Notice(Guid AccountId, NoticeKind Kind, string Subject, string? WorkflowId = null, Guid? RunId = null)
{
    internal static Notice OfFailure(Guid accountId, string workflowId, Guid runId) =>
        new(accountId, NoticeKind.RunFailed, workflowId, workflowId, runId);

    internal static Notice OfLowBalance(Guid accountId) => new(accountId, NoticeKind.LowBalance, "");

    /// <param name="workflowId">Null = the cap of the account.</param>
    internal static Notice OfCap(Guid accountId, NoticeKind kind, DateOnly month, string? workflowId) =>
        new(accountId, kind, $"{month:yyyy-MM}/{workflowId}", workflowId);
}

/// <summary>An untold notice.</summary>
/// <param name="Times">How often it came true since it was last told.</param>
/// <param name="Since">When it first did.</param>
public sealed record DueNotice(Notice Notice, int Times, DateTimeOffset Since);
