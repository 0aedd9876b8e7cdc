namespace AutoForge.Server.Accounts.Sessions;

/// <summary>A session as its owner sees it.</summary>
/// <param name="LastSeenAt">To within five minutes.</param>
/// <param name="Browser">For people, such as <c>Firefox on Linux</c>.</param>
/// <param name="Ip">Where it began.</param>
/// <param name="IsCurrent">Whether it is the one that asks.</param>
/// <remarks>Public, as the parameters of Razor components are.</remarks>
public sealed record SessionRow(Guid Id, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt, string Browser, string? Ip, bool IsCurrent);
