using System.Globalization;
using System.Net.Security;
using AutoForge.Connections;

namespace AutoForge.Activities.Email;

/// <summary>A mail server that takes mail from us.</summary>
public sealed record SmtpOptions
{
    /// <summary>Name or address; also the name that its certificate must have.</summary>
    public required string Host { get; init; }

    /// <summary>Default: 587.</summary>
    public int Port { get; init; } = 587;

    /// <summary>Default: <see cref="SmtpSecurity.StartTls"/>.</summary>
    public SmtpSecurity Security { get; init; } = SmtpSecurity.StartTls;

    /// <summary>Null or empty = no sign-in.</summary>
    public string? Username { get; init; }

    /// <summary>Belongs to <see cref="Username"/>.</summary>
    public string? Password { get; init; }

    /// <summary>The sender: <c>ada@example.com</c> or <c>Ada &lt;ada@example.com&gt;</c>.</summary>
    public required string From { get; init; }

    /// <summary>How long one answer of the server may take. Default: 30 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Null = the system decides on certificates; anything else is for tests.</summary>
    internal RemoteCertificateValidationCallback? CertificateCheck { get; init; }

    /// <summary>Reads a connection of type <c>smtp</c>.</summary>
    /// <exception cref="FaultException">A setting is missing or wrong (<c>connection_invalid</c>).</exception>
    public static SmtpOptions Of(Connection connection)
    {
        var defaults = new SmtpOptions { Host = "", From = "" };
        return new()
        {
            Host = connection.Setting("host") is { Length: > 0 } host ? host : throw Invalid(connection, "host"),
            Port = connection.Setting("port") is not { Length: > 0 } port ? defaults.Port
                : int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535 ? number
                : throw Invalid(connection, "port"),
            Security = connection.Setting("security") switch
            {
                null or "" => defaults.Security,
                var security when Enum.TryParse<SmtpSecurity>(security, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed) => parsed,
                _ => throw Invalid(connection, "security"),
            },
            Username = connection.Setting("username"),
            Password = connection.Secret("password"),
            From = connection.Setting("from") is { Length: > 0 } from ? from : throw Invalid(connection, "from"),
        };
    }

    /// <summary>Leaves the password out.</summary>
    public override string ToString() => $"{Host}:{Port} ({Security})";

    private static FaultException Invalid(Connection connection, string setting) =>
        new("connection_invalid", $"The setting {setting} of the connection {connection.Name} is missing or wrong.");
}
