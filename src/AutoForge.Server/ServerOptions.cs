using AutoForge.Server.Accounts;
using AutoForge.Server.Mail;
using AutoForge.Server.Operations.Telemetry;

namespace AutoForge.Server;

/// <summary>What an operator can set about the server as a whole. Section <c>AutoForge</c>; in the environment <c>AutoForge__PublicUrl</c> and so on.</summary>
internal sealed class ServerOptions
{
    public const string Section = "AutoForge";

    /// <summary>Where callers reach this server: webhook addresses and links in mails begin with it.</summary>
    /// <value>Scheme, host and port only; default empty: the first address the server listens on.</value>
    /// <remarks>With <c>https</c> cookies become Secure and browsers are told to insist on HTTPS.</remarks>
    public string PublicUrl { get; set; } = "";

    /// <summary>What a new account finds on its balance.</summary>
    /// <value>US cents; default 100.</value>
    public long WelcomeCreditCents { get; set; } = 100;

    /// <summary>Holds the embedded database and the encryption key.</summary>
    /// <value>Default <c>data</c> in the content root; a relative path starts there too.</value>
    public string DataDirectory { get; set; } = "data";

    /// <summary>Connection string of a PostgreSQL server.</summary>
    /// <value>Default empty: the server starts its own PostgreSQL in <see cref="DataDirectory"/>.</value>
    public string Database { get; set; } = "";

    /// <summary>Encrypts connections and the keys of sessions; every node needs the same.</summary>
    /// <value>32 random bytes in base64; default empty: a key is made at first start.</value>
    public string MasterKey { get; set; } = "";

    /// <summary>Master keys of before, still needed to read what was stored with them.</summary>
    /// <value>Default none.</value>
    public IList<string> PreviousMasterKeys { get; init; } = [];

    public RateLimitOptions RateLimits { get; set; } = new();

    public MetricsOptions Metrics { get; set; } = new();

    public MailOptions Smtp { get; set; } = new();

    public AccountOptions Accounts { get; set; } = new();

    /// <summary>Whether users are asked to confirm their e-mail address.</summary>
    public bool AsksForConfirmation => Accounts.RequireConfirmedEmail ?? Smtp.IsConfigured;

    public bool IsHttps => PublicUrl.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    internal sealed class RateLimitOptions
    {
        /// <value>Default <see langword="true"/>.</value>
        public bool Enabled { get; set; } = true;
    }
}
