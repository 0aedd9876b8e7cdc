using AutoForge.Engine.Triggers;
using AutoForge.Server.Layout;

namespace AutoForge.Server.Webhooks;

/// <summary>Says why nothing was started, in the same words at every door.</summary>
internal static class RefusedRun
{
    /// <summary>Null when a run was started, or was started before.</summary>
    public static AutoForgeException? Of(Acceptance acceptance) => acceptance switch
    {
        { Outcome: AcceptOutcome.SwitchedOff } => new AutoForgeException("workflow_switched_off", "The workflow is switched off."),
        { Reason: null } => null,
        _ => new RunRefusedException(Code(acceptance), Text(acceptance)),
    };

    private static string Code(Acceptance acceptance) => acceptance.Outcome switch
    {
        AcceptOutcome.OverQuota => "run_quota_reached",
        AcceptOutcome.OverCap => "spend_cap_reached",
        _ => "insufficient_balance",
    };

    private static string Text(Acceptance acceptance)
    {
        var price = Money.Text(acceptance.PriceCents);
        return acceptance.Reason switch
        {
            RefusalReason.RunCap => $"This run would cost {price}, and the account's owner lets no run cost as much. Nothing was started.",
            RefusalReason.MonthCap => $"With this run, at {price}, the account would spend more in this month than its owner allows. Nothing was started.",
            RefusalReason.WorkflowCap => $"With this run, at {price}, the workflow would spend more in this month than its owner allows. Nothing was started.",
            RefusalReason.RunsPerDay => "The account's plan allows no more runs today (UTC). Nothing was started.",
            _ => $"The balance does not cover the price of this run, {price}. Nothing was started.",
        };
    }
}

/// <summary>A run was not started for want of money or of a plan.</summary>
internal sealed class RunRefusedException(string code, string message) : AutoForgeException(code, message);
