using AutoForge.Engine.Runs;
using AutoForge.Server.Accounts.Audit;
using AutoForge.Server.Alerts;
using AutoForge.Server.Billing;

namespace AutoForge.Server.Accounts.Data;

/// <summary>Where an account has left something.</summary>
internal sealed record ErasureRooms(AccountErasure Engine, BillingErasure Billing, AlertSettingsTable Alerts, AuditLog Audit)
{
    /// <summary>All but users and the audit log. Safe to repeat.</summary>
    public async Task EraseAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await Engine.EraseAsync(accountId, cancellationToken);
        await Billing.EraseAsync(accountId, cancellationToken);
        await Alerts.EraseAsync(accountId, cancellationToken);
    }
}
