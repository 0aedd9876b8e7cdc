using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Operations;

/// <summary>Where callers reach this server. Never taken from a request: its Host header is the caller's to choose.</summary>
internal sealed class PublicAddress(IOptions<ServerOptions> options, IServer server)
{
    /// <summary>Scheme, host and port without a slash at the end: the configured one, or the first that the server listens on.</summary>
    public string Origin => options.Value.PublicUrl is { Length: > 0 } configured ? new Uri(configured).GetLeftPart(UriPartial.Authority) : Listening();

    private string Listening()
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://localhost:5000";
        // A wildcard is no address that anybody can call.
        return BindingAddress.Parse(address) is { Host: "*" or "+" or "0.0.0.0" or "[::]" } any
            ? $"{any.Scheme}://localhost:{any.Port}"
            : address.TrimEnd('/');
    }
}
