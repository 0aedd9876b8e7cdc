using System.Net.Http.Headers;
using AutoForge.Activities;
using AutoForge.Connections;

namespace AutoForge.Engine.Connections;

/// <summary>Checks every URL before it is called, follows redirects and caps responses.</summary>
/// <param name="inner">Connects through an <see cref="EgressConnector"/> and follows no redirects itself.</param>
/// <param name="maxResponseBytes">After decompression.</param>
internal sealed class GuardedHandler(HttpMessageHandler inner, long maxResponseBytes) : DelegatingHandler(inner)
{
    public const int MaxRedirects = 5;

    // What may travel to another origin. Any other header may be a credential, whatever its name.
    private static readonly HashSet<string> HarmlessHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept", "Accept-Encoding", "Accept-Language", "User-Agent", "Idempotency-Key", "AutoForge-Depth",
    };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        EgressUrl.Check(request.RequestUri!);
        // When the server closes a pooled connection under a request without content, the handler below sends it once
        // more, unasked. With content, even empty, it does not: what changes something goes out once.
        if (request.Content is null && request.Method != HttpMethod.Get && request.Method != HttpMethod.Head && request.Method != HttpMethod.Options)
            request.Content = new ByteArrayContent([]);

        for (var redirects = 0; ; redirects++)
        {
            var response = await SendOnceAsync(request, isRedirected: redirects > 0, cancellationToken);
            if (RedirectTarget(request.RequestUri!, response) is not { } target)
            {
                response.Content = new CappedContent(response.Content, maxResponseBytes);
                return response;
            }

            var status = (int)response.StatusCode;
            response.Dispose();
            if (redirects == MaxRedirects)
                throw new FaultException("too_many_redirects", $"The server redirected more than {MaxRedirects} times.");
            EgressUrl.Check(target);
            Redirect(request, status, target);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, bool isRedirected, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        // The connector's refusal arrives wrapped.
        catch (HttpRequestException e) when (e.InnerException is FaultException refusal)
        {
            throw new FaultException(refusal.Fault, e);
        }
        // A caller reads "not connected" as "nothing was sent"; after a redirect the first server already had its request.
        catch (HttpRequestException e) when (isRedirected)
        {
            throw new HttpRequestException(HttpRequestError.Unknown, $"The redirect to {request.RequestUri!.Host} failed.", e);
        }
    }

    // A step down from https to http is not followed: the caller sees the 3xx.
    private static Uri? RedirectTarget(Uri from, HttpResponseMessage response)
    {
        if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            return null;
        var target = location.IsAbsoluteUri ? location : new Uri(from, location);
        return from.Scheme == Uri.UriSchemeHttps && target.Scheme == Uri.UriSchemeHttp ? null : target;
    }

    private static void Redirect(HttpRequestMessage request, int status, Uri target)
    {
        // RFC 9110, 15.4: 303 turns everything into GET; 301 and 302 do so for POST, as every client does.
        var becomesGet = status == 303
            ? request.Method != HttpMethod.Get && request.Method != HttpMethod.Head
            : status is 301 or 302 && request.Method == HttpMethod.Post;
        if (becomesGet)
        {
            request.Method = HttpMethod.Get;
            request.Content = null;
        }
        if (!IsSameOrigin(request.RequestUri!, target))
            KeepHarmless(request.Headers);
        request.RequestUri = target;
    }

    private static bool IsSameOrigin(Uri a, Uri b) =>
        a.Scheme == b.Scheme && a.Port == b.Port && string.Equals(a.IdnHost, b.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static void KeepHarmless(HttpRequestHeaders headers)
    {
        foreach (var name in headers.NonValidated.Select(header => header.Key).Where(name => !HarmlessHeaders.Contains(name)).ToList())
            headers.Remove(name);
    }
}
