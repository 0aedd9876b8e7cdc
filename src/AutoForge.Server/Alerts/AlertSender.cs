using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Activities.Telegram;
using AutoForge.Connections;
using AutoForge.Engine.Connections;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Limits;
using AutoForge.Engine.Notices;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts;
using AutoForge.Server.Mail;
using AutoForge.Server.Operations;

namespace AutoForge.Server.Alerts;

/// <summary>Collects what an alert says and where it goes, and delivers it.</summary>
internal sealed class AlertSender(
    AlertSettingsTable settings, AlertChannels channels, AlertReading reading, PublicAddress address, ILogger<AlertSender> logger)
{
    /// <summary>Returns when every channel of the account has taken the alert or will never take it.</summary>
    /// <exception cref="FaultException">A channel cannot be reached now; try again later.</exception>
    public async Task SendAsync(DueNotice due, CancellationToken cancellationToken)
    {
        var account = due.Notice.AccountId;
        if (await reading.FactsAsync(due, cancellationToken) is not { } facts)
            return;
        var wanted = await settings.GetAsync(account, cancellationToken);
        var text = AlertText.Of(facts, address.Origin);

        // Telegram first: unlike mail it can be wrong for good (a bot that was thrown out), and must not repeat the mail.
        if (wanted is { TelegramConnection: { } bot, TelegramChat: { } chat })
        {
            try
            {
                await channels.TelegramAsync(account, bot, chat, text, cancellationToken);
            }
            catch (FaultException e) when (!e.Fault.Retryable)
            {
                Log.TelegramRefused(logger, account, e.Fault.Code, e.Message);
            }
        }
        if (wanted.Email)
            await channels.MailAsync(account, text, cancellationToken);
    }
}

/// <summary>Reads what alerts are about.</summary>
internal sealed class AlertReading(RunQueries runs, WorkflowNames names, LedgerQueries ledger, AccountLimits limits)
{
    /// <summary>Null when the account is gone.</summary>
    public async Task<AlertFacts?> FactsAsync(DueNotice due, CancellationToken cancellationToken)
    {
        var (account, workflow, run) = (due.Notice.AccountId, due.Notice.WorkflowId, due.Notice.RunId);
        if (await ledger.BalanceAsync(account, cancellationToken) is not { } balance
            || await limits.GetAsync(account, cancellationToken) is not { } use)
            return null;
        var name = workflow is null ? null : (await names.OfAsync(account, [workflow], cancellationToken)).GetValueOrDefault(workflow);
        return new AlertFacts(due, name, run is { } id ? await runs.GetAsync(account, id, cancellationToken) : null, balance, use);
    }
}

/// <summary>The ways an alert can go.</summary>
internal sealed class AlertChannels(ServerMail mail, AccountContacts contacts, ConnectionStore connections, Egress egress, TimeProvider time)
{
    /// <summary>To everybody who signs in to the account.</summary>
    /// <exception cref="FaultException">The mail server did not take it.</exception>
    public async Task MailAsync(Guid accountId, AlertText alert, CancellationToken cancellationToken)
    {
        foreach (var contact in await contacts.ListAsync(accountId, cancellationToken))
            await mail.DeliverAsync(new MailText(contact.Email, alert.Subject, alert.Text), cancellationToken);
    }

    /// <exception cref="FaultException">Telegram, or the connection, does not take it.</exception>
    public async Task TelegramAsync(Guid accountId, string bot, string chat, AlertText alert, CancellationToken cancellationToken)
    {
        var connection = await connections.OpenAsync(accountId, bot, "telegram", cancellationToken);
        var message = new JsonObject { ["chat_id"] = chat, ["text"] = alert.Text, ["disable_web_page_preview"] = true };
        await new TelegramApi(connection, egress.Http, time).CallAsync("sendMessage", message, cancellationToken);
    }
}
