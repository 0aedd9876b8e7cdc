namespace AutoForge.Engine.Connections;

/// <summary>Where the master key comes from.</summary>
public sealed class KeyRingOptions
{
    /// <summary>Setting <c>AutoForge:MasterKey</c>: 32 random bytes in base64. Every node needs the same one.</summary>
    /// <value>Default: none; a key is made on first start.</value>
    public string? MasterKey { get; set; }

    /// <summary>Setting <c>AutoForge:PreviousMasterKeys</c>: keys that are still needed to read what was stored before the change.</summary>
    /// <value>Default: none.</value>
    public IList<string> PreviousMasterKeys { get; init; } = [];

    /// <summary>
    /// Where a key that is made on first start is kept: <c>&lt;DataDirectory&gt;/keys/master.key</c>. Null keeps it in the
    /// database, which is for several nodes on one server: whoever reads a dump of that database can read the secrets.
    /// </summary>
    /// <value>Default: null.</value>
    public string? KeyFile { get; set; }
}
