using System.Net;
using AutoForge.Connections;

namespace AutoForge.Engine.Connections;

/// <summary>The one way out: an <see cref="HttpClient"/> and raw connections through the same <see cref="EgressConnector"/>.</summary>
internal sealed class GuardedEgress : Egress, IDisposable
{
    private readonly EgressConnector _connector;

    public GuardedEgress(EgressOptions options, TimeProvider time)
        : this(options, new EgressConnector(new EgressPolicy(options.AllowedHosts), options.ConnectTimeout, time)) { }

    internal GuardedEgress(EgressOptions options, EgressConnector connector)
    {
        _connector = connector;
        var sockets = new SocketsHttpHandler
        {
            ConnectCallback = (context, token) => _connector.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, token),
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            // An open connection stays with its address: look the name up again now and then.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            // No spans here: they would record URLs, and URLs carry bot tokens and webhook addresses.
            ActivityHeadersPropagator = null,
        };
        Http = new HttpClient(new GuardedHandler(sockets, options.MaxResponseBytes)) { Timeout = TimeSpan.FromMinutes(5) };
    }

    public override HttpClient Http { get; }

    public override ValueTask<Stream> ConnectAsync(string host, int port, CancellationToken cancellationToken) =>
        _connector.ConnectAsync(host, port, cancellationToken);

    public void Dispose() => Http.Dispose();
}
