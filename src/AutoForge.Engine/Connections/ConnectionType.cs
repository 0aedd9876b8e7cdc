using System.Globalization;
using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Connections;

namespace AutoForge.Engine.Connections;

/// <summary>Which settings and secrets a type of connection has, and what is wrong with given ones.</summary>
internal sealed record ConnectionType(
    string Name, IReadOnlyList<string> Settings, IReadOnlyList<string> Secrets,
    Func<Func<string, string?>, Func<string, string?>, ConnectionInvalidException?> Complaint)
{
    private const int MaxValue = 8192;

    private static readonly Dictionary<string, ConnectionType> Known = new ConnectionType[]
    {
        new("smtp", ["host", "port", "security", "username", "from"], ["password"], (setting, secret) =>
            Required(setting, "host", "from")
            ?? OneOf(setting, "security", "none", "starttls", "tls")
            ?? (setting("port") is { } port && (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535)
                ? Invalid("port", "The setting port must be a number from 1 to 65535.") : null)
            ?? (setting("username") is not null && secret("password") is null ? Invalid("password", "The secret password is missing.") : null)),
        new("telegram", ["baseUrl"], ["token"], (setting, secret) =>
            Required(secret, "token") ?? Url(setting, "baseUrl")),
        new("http", ["scheme", "username", "headerName"], ["value"], (setting, secret) =>
            Required(setting, "scheme")
            ?? OneOf(setting, "scheme", "bearer", "basic", "header")
            ?? (setting("scheme") == "basic" ? Required(setting, "username") : setting("scheme") == "header" ? Required(setting, "headerName") : null)
            ?? Required(secret, "value")),
        new("secret", [], ["value"], (_, secret) => Required(secret, "value")),
    }.ToDictionary(type => type.Name);

    public static IReadOnlyCollection<ConnectionType> All => Known.Values;

    /// <exception cref="ConnectionInvalidException">There is none of that name.</exception>
    public static ConnectionType Find(string? name) => name is not null && Known.TryGetValue(name, out var type)
        ? type
        : throw Invalid("type", $"The type must be one of {string.Join(", ", Known.Keys)}.");

    /// <exception cref="ConnectionInvalidException">Names the first thing that is wrong.</exception>
    public void Check(string? name, JsonObject settings, IReadOnlyDictionary<string, string> secrets)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > 100 || name.Any(char.IsControl))
            throw Invalid("name", "The name must have 1 to 100 characters.");
        if (settings.Select(setting => setting.Key).FirstOrDefault(key => !Settings.Contains(key)) is { } setting)
            throw Invalid(setting, $"A connection of type {Name} has no setting {setting}.");
        if (secrets.Keys.FirstOrDefault(key => !Secrets.Contains(key)) is { } secret)
            throw Invalid(secret, $"A connection of type {Name} has no secret {secret}.");
        var values = settings.Select(field => (field.Key, IsText: field.Value is null or JsonValue, Value: field.Value?.ToString()))
            .Concat(secrets.Select(field => (field.Key, IsText: true, Value: (string?)field.Value)));
        if (values.FirstOrDefault(field => !field.IsText || field.Value?.Length > MaxValue).Key is { } odd)
            throw Invalid(odd, $"Settings and secrets are text of at most {MaxValue} characters.");
        if (Complaint(key => Text(settings[key]?.ToString()), key => Text(secrets.GetValueOrDefault(key))) is { } complaint)
            throw complaint;
    }

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;

    private static ConnectionInvalidException? Required(Func<string, string?> value, params string[] names) =>
        names.FirstOrDefault(name => value(name) is null) is { } missing ? Invalid(missing, $"The field {missing} is missing.") : null;

    private static ConnectionInvalidException? OneOf(Func<string, string?> value, string name, params string[] options) =>
        value(name) is { } given && !options.Contains(given) ? Invalid(name, $"The setting {name} must be one of {string.Join(", ", options)}.") : null;

    private static ConnectionInvalidException? Url(Func<string, string?> value, string name)
    {
        try
        {
            if (value(name) is { } url)
                EgressUrl.Parse(url);
            return null;
        }
        catch (FaultException e)
        {
            return Invalid(name, $"The setting {name} is wrong: {e.Fault.Message}");
        }
    }

    private static ConnectionInvalidException Invalid(string field, string message) => new(field, message);
}
