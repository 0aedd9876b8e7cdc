using System.Net;

namespace AutoForge.Server.Accounts.Audit;

/// <summary>Something that happened to an account. Holds no secrets: its owner reads and exports it.</summary>
/// <param name="UserId">Who did it; null when it was nobody who is signed in.</param>
/// <param name="Action">One word per kind, see <see cref="AuditAction"/>.</param>
/// <param name="Target">The id or the name of what it was done to.</param>
/// <param name="Detail">For people.</param>
/// <param name="Ip">Where the request came from.</param>
internal sealed record AuditEntry(
    Guid AccountId, Guid? UserId, string Action, string? Target = null, string? Detail = null, string? Ip = null)
{
    /// <summary>By the signed-in caller.</summary>
    public static AuditEntry By(HttpContext context, string action, string? target = null, string? detail = null) =>
        new(context.User.AccountId(), context.User.UserId(), action, target, detail, IpOf(context));

    /// <summary>About a user whom the request has not signed in (yet).</summary>
    public static AuditEntry About(User user, HttpContext context, string action, string? detail = null) =>
        new(user.AccountId, user.Id, action, user.Id.ToString(), detail, IpOf(context));

    public static string? IpOf(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        null => null,
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        IPAddress address => address.ToString(),
    };
}
