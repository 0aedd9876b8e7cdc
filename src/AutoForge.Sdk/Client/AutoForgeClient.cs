using System.Net.Http.Headers;

namespace AutoForge.Client;

/// <summary>Calls an AutoForge server on behalf of one account. Safe for use by many threads at once; keep one for long.</summary>
/// <remarks>
/// Every call throws <see cref="AutoForgeApiException"/> when the server refuses it, <see cref="HttpRequestException"/> when
/// the server is not reached, and <see cref="TaskCanceledException"/> after the time limit of the <see cref="HttpClient"/>.
/// Nothing is tried again by itself: give calls that start runs an idempotency key, and repeating them is safe.
/// </remarks>
public sealed class AutoForgeClient : IDisposable
{
    private readonly HttpClient? _own;

    /// <summary>Makes connections of its own, which <see cref="Dispose"/> closes.</summary>
    /// <param name="address">Where the server is, such as <c>https://flows.example.com</c>; a path in it is kept.</param>
    /// <param name="apiKeyOrToken">An API key (<c>af_live_…</c>), or the access token of a sign-in, which expires.</param>
    /// <param name="time">The clock that waiting goes by; default: the system's.</param>
    public AutoForgeClient(Uri address, string apiKeyOrToken, TimeProvider? time = null)
        : this(Connect(address, apiKeyOrToken), time) => _own = Transport.Http;

    /// <summary>Uses a client that the caller has set up: base address, and a way to authenticate.</summary>
    /// <param name="http">Stays the caller's to dispose.</param>
    /// <param name="time">The clock that waiting goes by; default: the system's.</param>
    public AutoForgeClient(HttpClient http, TimeProvider? time = null)
    {
        Transport = new ApiTransport(http);
        Workflows = new WorkflowsClient(Transport);
        Runs = new RunsClient(Transport, time ?? TimeProvider.System);
        Credits = new CreditsClient(Transport);
        Connections = new ConnectionsClient(Transport);
    }

    /// <summary>Creates, publishes and starts workflows.</summary>
    public WorkflowsClient Workflows { get; }

    /// <summary>Follows, cancels and replays runs.</summary>
    public RunsClient Runs { get; }

    /// <summary>Balance and ledger.</summary>
    public CreditsClient Credits { get; }

    /// <summary>Stored credentials.</summary>
    public ConnectionsClient Connections { get; }

    private ApiTransport Transport { get; }

    /// <inheritdoc/>
    public void Dispose() => _own?.Dispose();

    private static HttpClient Connect(Uri address, string apiKeyOrToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(apiKeyOrToken);
        // A session cookie of somebody else must not travel along; addresses of servers change while clients live on.
        var handler = new SocketsHttpHandler { UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        var http = new HttpClient(handler) { BaseAddress = address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKeyOrToken);
        return http;
    }
}
