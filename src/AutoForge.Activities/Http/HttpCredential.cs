using System.Text;
using AutoForge.Connections;

namespace AutoForge.Activities.Http;

/// <summary>The header that a connection of type <c>http</c> signs a request in with.</summary>
internal sealed record HttpCredential(string HeaderName, string HeaderValue)
{
    /// <exception cref="FaultException"><c>connection_invalid</c>.</exception>
    public static HttpCredential Of(Connection connection)
    {
        var value = connection.Secret("value") ?? "";
        return connection.Setting("scheme") switch
        {
            "bearer" => new("Authorization", $"Bearer {value}"),
            "basic" => new("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{connection.Setting("username")}:{value}"))}"),
            "header" => new(connection.Setting("headerName") ?? "", value),
            _ => throw new FaultException("connection_invalid", $"The connection {connection.Name} has no scheme bearer, basic or header."),
        };
    }

    /// <summary>Leaves the value out.</summary>
    public override string ToString() => HeaderName;
}
