using System.ComponentModel.DataAnnotations;

namespace AutoForge.Engine.Connections;

/// <summary>Configuration section <c>AutoForge:Egress</c>: where outgoing requests may go and how much they may bring.</summary>
public sealed class EgressOptions
{
    /// <summary>
    /// Hosts that may be reached although they are not public: <c>name</c>, <c>name:port</c>, an address, <c>address:port</c>
    /// or a network such as <c>10.1.0.0/16</c>.
    /// </summary>
    /// <value>Default: none.</value>
    public IList<string> AllowedHosts { get; init; } = [];

    /// <summary>How long making one connection may take, name resolution included.</summary>
    /// <value>Default: 10 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest response that is read, in bytes after decompression.</summary>
    /// <value>Default: 1 MiB.</value>
    [Range(1024, 1024 * 1024 * 1024)]
    public long MaxResponseBytes { get; set; } = 1024 * 1024;
}
