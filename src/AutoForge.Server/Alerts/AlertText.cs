using System.Text;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Limits;
using AutoForge.Engine.Notices;
using AutoForge.Engine.Runs;
using AutoForge.Server.Layout;

namespace AutoForge.Server.Alerts;

/// <summary>What an alert says about.</summary>
/// <param name="WorkflowName">Null when the whole account is meant.</param>
/// <param name="Run">The last run it is about; null when it is about none.</param>
internal sealed record AlertFacts(DueNotice Due, string? WorkflowName, RunView? Run, AccountBalance Balance, AccountUse Use);

/// <summary>The words of an alert: what happened, why, what it cost, where to look. One text for mail and Telegram.</summary>
internal sealed record AlertText(string Subject, string Text)
{
    public static AlertText Of(AlertFacts facts, string origin) => facts.Due.Notice.Kind switch
    {
        NoticeKind.RunFailed => Failure(facts, origin),
        NoticeKind.LowBalance => LowBalance(facts, origin),
        NoticeKind.CapNear => Cap(facts, origin, "80% of the cap on {0} are spent", "At the cap, no further run is started until the next month begins (UTC)."),
        NoticeKind.CapReached => Cap(facts, origin, "The cap on {0} is reached", "Runs are not started until the next month begins (UTC) or you raise the cap."),
        NoticeKind.TopUpFailed => TopUpFailed(facts, origin),
        var kind => throw new InvalidOperationException($"No words for {kind}."),
    };

    private static AlertText Failure(AlertFacts facts, string origin)
    {
        var name = facts.WorkflowName ?? "A workflow";
        var text = new StringBuilder();
        text.AppendLine(facts.Due.Times == 1
            ? $"A run of “{name}” failed."
            : $"{facts.Due.Times} runs of “{name}” have failed since {facts.Due.Since:yyyy-MM-dd HH:mm} UTC. The last one:");
        text.AppendLine();
        text.AppendLine(facts.Run?.Summary ?? "Nothing was charged.");
        text.AppendLine();
        text.AppendLine($"See what happened, and replay it: {origin}/runs/{facts.Due.Notice.RunId}");
        text.AppendLine();
        text.AppendLine($"You hear of this workflow at most once an hour. Change that: {origin}/settings/alerts");
        return new AlertText($"{name} failed", text.ToString());
    }

    private static AlertText LowBalance(AlertFacts facts, string origin)
    {
        var left = Money.Text(facts.Balance.AvailableCents);
        return new AlertText($"Your balance is low: {left}",
            $"""
            {left} are left on your AutoForge balance, less than {Money.Text(facts.Use.Caps.LowBalanceCents)}.
            Runs that it does not cover are not started.

            Add credit: {origin}/billing
            Where it went: {origin}/usage

            """);
    }

    private static AlertText TopUpFailed(AlertFacts facts, string origin) => new("Your automatic top-up is switched off",
        $"""
        Your saved card did not pay an automatic top-up, so automatic top-ups are switched off. Nothing is tried again by itself.
        {Money.Text(facts.Balance.AvailableCents)} are left on your AutoForge balance; runs that it does not cover are not started.

        See why, save another card or switch it on again: {origin}/billing#auto

        """);

    private static AlertText Cap(AlertFacts facts, string origin, string what, string meaning)
    {
        var workflow = facts.Due.Notice.WorkflowId is { } id ? facts.Use.Workflows.FirstOrDefault(w => w.WorkflowId == id) : null;
        var (spent, cap) = workflow is null ? (facts.Use.MonthCents, facts.Use.Caps.MonthCents) : (workflow.MonthCents, workflow.MonthCapCents);
        var subject = string.Format(
            System.Globalization.CultureInfo.InvariantCulture, what, facts.Due.Notice.WorkflowId is null ? "your month" : $"“{facts.WorkflowName}”");
        return new AlertText(subject,
            $"""
            {subject}: {Money.Text(spent)}{(cap is { } most ? $" of {Money.Text(most)}" : "")} in this month.
            {meaning}

            See and change it: {origin}/usage

            """);
    }
}
