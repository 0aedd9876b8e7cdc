using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using AutoForge.Activities;

namespace AutoForge.Engine.Connections;

/// <summary>Decides whether a connection may be made. Pure: resolves nothing.</summary>
internal sealed partial class EgressPolicy
{
    private readonly IReadOnlyList<Allowance> _allowances;

    /// <exception cref="AutoForgeException">An entry cannot be read (<c>invalid_allowed_host</c>).</exception>
    public EgressPolicy(IEnumerable<string> allowedHosts) => _allowances = [.. allowedHosts.Select(Read)];

    /// <summary>Whether <paramref name="address"/>, to which <paramref name="host"/> resolved, may be connected to.</summary>
    public bool Allows(string host, int port, IPAddress address)
    {
        if (PublicAddress.IsPublic(address))
            return true;
        var name = host.TrimEnd('.');
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _allowances.Any(allowance => allowance.Covers(name, port, plain));
    }

    /// <summary>The refusal. It does not tell the address: a stranger could ask for names of the operator's own network.</summary>
    public static FaultException Refusal(string host, int port)
    {
        var target = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}";
        return new("address_not_allowed",
            $"{target} is not on the public internet, so it may not be called. "
            + $"Who runs this server can allow it with the setting AutoForge__Egress__AllowedHosts__0={target}.");
    }

    private static Allowance Read(string entry)
    {
        var text = entry.Trim();
        if (IPNetwork.TryParse(text, out var network))
            return new(null, network, null);
        // Brackets first: IPAddress takes "[::1]:8080" too, and drops the port.
        if (HostAndPort().Match(text) is not { Success: true } match)
            return IPAddress.TryParse(text, out var bare) ? new(null, Single(bare), null) : throw Unreadable(entry);

        int? port = null;
        if (match.Groups["port"] is { Success: true, Value: var digits })
        {
            if (!ushort.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
                throw Unreadable(entry);
            port = number;
        }
        var host = match.Groups["host"].Value;
        return IPAddress.TryParse(host, out var address)
            ? new(null, Single(address), port)
            : new(host.TrimEnd('.'), null, port);
    }

    private static IPNetwork Single(IPAddress address) => new(address, address.GetAddressBytes().Length * 8);

    private static AutoForgeException Unreadable(string entry) => new("invalid_allowed_host",
        $"AutoForge:Egress:AllowedHosts: \"{entry}\" is neither a host name, nor name:port, nor a network such as 10.0.0.0/8.");

    [GeneratedRegex(@"^(?:(?<host>[A-Za-z0-9_.-]+)|\[(?<host>[0-9A-Fa-f:.]+)\])(?::(?<port>\d{1,5}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex HostAndPort();

    private sealed record Allowance(string? Name, IPNetwork? Network, int? Port)
    {
        public bool Covers(string name, int port, IPAddress address) =>
            (Port is null || Port == port)
            && (Network?.Contains(address) ?? string.Equals(Name, name, StringComparison.OrdinalIgnoreCase));
    }
}
