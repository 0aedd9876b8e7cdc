using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace AutoForge.Engine.Connections;

/// <summary>
/// Whether an address belongs to the public internet: the IANA special-purpose registries of IPv4 and IPv6, and addresses
/// that carry an IPv4 address inside, judged by that one.
/// </summary>
internal static class PublicAddress
{
    private static readonly IPNetwork[] SpecialV4 = Parse(
        "0.0.0.0/8",          // this network; 0.0.0.0 connects to loopback on Linux
        "10.0.0.0/8",         // private
        "100.64.0.0/10",      // shared address space; 100.100.100.200 is a metadata service
        "127.0.0.0/8",        // loopback
        "168.63.129.16/32",   // Azure's metadata and DNS, inside public space
        "169.254.0.0/16",     // link-local; 169.254.169.254 is the metadata service of most clouds
        "172.16.0.0/12",      // private
        "192.0.0.0/24",       // protocol assignments; 192.0.0.192 is a metadata service
        "192.0.2.0/24",       // documentation
        "192.88.99.0/24",     // 6to4 relays
        "192.168.0.0/16",     // private
        "198.18.0.0/15",      // benchmarking
        "198.51.100.0/24",    // documentation
        "203.0.113.0/24",     // documentation
        "224.0.0.0/4",        // multicast
        "240.0.0.0/4");       // reserved, broadcast

    // Outside this block nothing is global unicast: ::1, fc00::/7 (fd00:ec2::254), fe80::/10, fec0::/10, ff00::/8, …
    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] SpecialV6 = Parse(
        "2001::/23",          // protocol assignments, ORCHID (Teredo is unwrapped before)
        "2001:db8::/32",      // documentation
        "3fff::/20");         // documentation

    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");
    private static readonly IPNetwork Translated = IPNetwork.Parse("::ffff:0:0:0/96");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Teredo = IPNetwork.Parse("2001::/32");

    /// <summary>Whether packets to it leave for the public internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return !SpecialV4.Any(network => network.Contains(address));
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return false;

        if (Compatible.Contains(address) || Translated.Contains(address) || Nat64.Contains(address))
            return IsPublic(Embedded(address, 12));
        if (SixToFour.Contains(address))
            return IsPublic(Embedded(address, 2));
        // Teredo (RFC 4380): the server's address, and the client's with every bit inverted.
        if (Teredo.Contains(address))
            return IsPublic(Embedded(address, 4)) && IsPublic(Embedded(address, 12, invert: true));
        return GlobalV6.Contains(address) && !SpecialV6.Any(network => network.Contains(address));
    }

    private static IPAddress Embedded(IPAddress address, int offset, bool invert = false)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        var part = bytes.Slice(offset, 4);
        if (invert)
            BinaryPrimitives.WriteUInt32BigEndian(part, ~BinaryPrimitives.ReadUInt32BigEndian(part));
        return new IPAddress(part);
    }

    private static IPNetwork[] Parse(params string[] networks) => [.. networks.Select(text => IPNetwork.Parse(text))];
}
