using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Operations;

/// <summary>Where callers reach this server. Never taken from a request: its Host header is the caller's to choose.</summary>
internal sealed class PublicAddress(IOptions<ServerOptions> options, IServer server)
{
    /// <summary>Scheme, host and port without a slash at the end: the configured one, or the first that the server listens on.</summary>
    public string Origin => options.Value.PublicUrl is { Length: > 0 } configured
        ? new Uri(configured).GetLeftPart(UriPartial.Authority)
        : Reachable(server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://localhost:5000");

    /// <summary>The address of a webhook; null when it has none yet.</summary>
    public string? HookUrl(string? token) => token is null ? null : $"{Origin}/hooks/{token}";

    /// <summary>A wildcard is no address that anybody can call.</summary>
    internal static string Reachable(string listeningOn) =>
        BindingAddress.Parse(listeningOn) is { Host: "*" or "+" or "0.0.0.0" or "[::]" } any
            ? $"{any.Scheme}://localhost:{any.Port}"
            : listeningOn.TrimEnd('/');
}
