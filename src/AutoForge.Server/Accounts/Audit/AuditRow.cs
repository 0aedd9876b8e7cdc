namespace AutoForge.Server.Accounts.Audit;

/// <summary>An audit entry as it is read.</summary>
/// <remarks>Public, as the parameters of Razor components are.</remarks>
public sealed record AuditRow(string Id, DateTimeOffset At, Guid? UserId, string Action, string? Target, string? Detail, string? Ip);
