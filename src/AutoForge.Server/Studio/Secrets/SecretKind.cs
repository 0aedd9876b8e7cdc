using System.Text.Json.Nodes;
using AutoForge.Engine.Connections;

namespace AutoForge.Server.Studio.Secrets;

/// <summary>
/// A type of connection as Studio's picker creates one: it asks for a name and for one value, so a value says everything
/// there is to say about a connection.
/// </summary>
/// <param name="DisplayName">What the dialog offers; it says what the value must look like.</param>
internal sealed record SecretKind(string Type, string DisplayName, string Description)
{
    public static IReadOnlyList<SecretKind> All { get; } =
    [
        new("smtp", "Mail server: smtp://user:password@host:587?from=you@example.com", "Sends mail. Begin with smtps:// for TLS from the first byte (port 465)."),
        new("telegram", "Telegram bot: the token from @BotFather", "Writes messages as your bot."),
        new("http", "Web service: the token that goes into the header Authorization", "Signs requests in. Other ways to sign in are on the page Connections."),
        new("secret", "Shared secret", "What calls of a webhook are signed with."),
    ];

    /// <summary>In a list, before the connection's name.</summary>
    public static string LabelOf(string type) => All.FirstOrDefault(kind => kind.Type == type)?.DisplayName.Split(':')[0] ?? type;

    /// <exception cref="AutoForgeException"><c>connection_invalid</c>: the value is not in the form that the type asks for.</exception>
    public static ConnectionDraft Draft(string? type, string? name, string? value)
    {
        var text = value?.Trim() ?? "";
        return type switch
        {
            "smtp" => MailServer(name, text),
            "telegram" => Of(new(), new() { ["token"] = text }),
            "http" => Of(new() { ["scheme"] = "bearer" }, new() { ["value"] = text }),
            _ => Of(new(), new() { ["value"] = text }),
        };

        ConnectionDraft Of(JsonObject settings, Dictionary<string, string?> secrets) => new(name?.Trim() ?? "", type ?? "", settings, secrets);
    }

    private static ConnectionDraft MailServer(string? name, string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("smtp" or "smtps") || url.Host.Length == 0)
            throw new AutoForgeException("connection_invalid", "Write the mail server as smtp://user:password@host:587?from=you@example.com");

        var user = url.UserInfo.Split(':', 2);
        var from = url.Query.TrimStart('?').Split('&').Select(part => part.Split('=', 2)).FirstOrDefault(part => part is ["from", _])?[1];
        var isTls = url.Scheme == "smtps";
        return new(
            name?.Trim() ?? "", "smtp",
            new JsonObject
            {
                ["host"] = url.Host,
                ["port"] = url.Port > 0 ? url.Port : isTls ? 465 : 587,
                ["security"] = isTls ? "tls" : "starttls",
                ["username"] = Decode(user[0]),
                ["from"] = Decode(from) ?? Decode(user[0]),
            },
            new Dictionary<string, string?> { ["password"] = user.Length > 1 ? Decode(user[1]) : null });
    }

    private static string? Decode(string? text) => string.IsNullOrEmpty(text) ? null : Uri.UnescapeDataString(text);
}
