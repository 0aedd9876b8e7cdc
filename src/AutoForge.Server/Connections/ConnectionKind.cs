using AutoForge.Server.Layout.Forms;

namespace AutoForge.Server.Connections;

/// <summary>A type of connection as people choose it and fill it in.</summary>
/// <param name="Type">As the API names it.</param>
public sealed record ConnectionKind(string Type, string Title, string Description, IReadOnlyList<ConnectionField> Fields)
{
    public static IReadOnlyList<ConnectionKind> All { get; } =
    [
        new("smtp", "Mail server", "Sends e-mails through your own SMTP server.",
        [
            new("host", "Server", IsRequired: true, Placeholder: "smtp.example.com"),
            new("security", "Security", Options: [new("starttls", "STARTTLS, usually port 587"), new("tls", "TLS, usually port 465"), new("none", "None, only inside a network of your own")]),
            new("port", "Port", InputMode: "numeric", Placeholder: "587", Hint: "Leave it empty for the usual one."),
            new("username", "User name"),
            new("password", "Password", IsSecret: true),
            new("from", "Sender address", IsRequired: true, Placeholder: "Shop <shop@example.com>"),
        ]),
        new("telegram", "Telegram bot", "Sends messages as your bot.",
        [
            new("token", "Bot token", IsRequired: true, IsSecret: true, Hint: "@BotFather gives it to you when you make the bot."),
            new("baseUrl", "Server of the Bot API", Placeholder: "https://api.telegram.org", Hint: "Only if you run one of your own."),
        ]),
        new("http", "HTTP credential", "Signs HTTP requests in at the service they call.",
        [
            new("scheme", "Kind", Options: [new("bearer", "Bearer token"), new("basic", "User name and password"), new("header", "A header of its own")]),
            new("username", "User name", Hint: "For user name and password."),
            new("headerName", "Header", Placeholder: "X-Api-Key", Hint: "For a header of its own."),
            new("value", "Token, password or key", IsRequired: true, IsSecret: true),
        ]),
        new("secret", "Secret text", "Anything that must not be seen, such as a webhook's signing secret.",
        [
            new("value", "Text", IsRequired: true, IsSecret: true),
        ]),
    ];

    /// <summary>Null when there is none of that name.</summary>
    public static ConnectionKind? Find(string? type) => All.FirstOrDefault(kind => kind.Type == type);

    public static string TitleOf(string type) => Find(type)?.Title ?? type;
}
