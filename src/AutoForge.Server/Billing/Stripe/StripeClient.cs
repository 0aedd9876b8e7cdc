using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Billing.Stripe;

/// <summary>
/// Speaks to the payment provider: forms go, JSON comes. Its address is the operator's, not a user's, so requests do not
/// pass the guarded egress.
/// </summary>
internal sealed class StripeClient : IDisposable
{
    /// <summary>Fixes the shapes of answers, whatever the provider's account is set to.</summary>
    public const string ApiVersion = "2024-06-20";

    private const int Tries = 2;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http;
    private readonly StripeOptions _options;
    private readonly ILogger<StripeClient> _logger;

    public StripeClient(IOptions<StripeOptions> options, ILogger<StripeClient> logger)
    {
        _options = options.Value;
        _logger = logger;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            BaseAddress = _options.ApiAddress,
            Timeout = Limit,
        };
        _http.DefaultRequestHeaders.Add("Stripe-Version", ApiVersion);
        if (_options.SecretKey.Length > 0)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _options.SecretKey);
    }

    /// <param name="idempotencyKey">The same key makes the same thing once, so an unanswered request is sent again.</param>
    /// <param name="fields">Null values are left out.</param>
    /// <exception cref="StripeException">It was refused, or there was no answer.</exception>
    /// <exception cref="AutoForgeException"><c>payments_off</c>.</exception>
    public Task<JsonElement> PostAsync(
        string path, string idempotencyKey, CancellationToken cancellationToken, params IReadOnlyList<(string Name, string? Value)> fields) =>
        SendAsync(path, () => new HttpRequestMessage(HttpMethod.Post, path)
        {
            Headers = { { "Idempotency-Key", idempotencyKey } },
            Content = new FormUrlEncodedContent(fields.Where(f => f.Value is not null).Select(f => KeyValuePair.Create(f.Name, f.Value!))),
        }, cancellationToken);

    /// <inheritdoc cref="PostAsync"/>
    public Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(path, () => new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);

    /// <inheritdoc cref="PostAsync"/>
    public Task<JsonElement> DeleteAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(path, () => new HttpRequestMessage(HttpMethod.Delete, path), cancellationToken);

    private async Task<JsonElement> SendAsync(string path, Func<HttpRequestMessage> newRequest, CancellationToken cancellationToken)
    {
        if (!_options.IsOn)
            throw new AutoForgeException("payments_off", "Payments are off on this server.");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var request = newRequest();
                using var response = await _http.SendAsync(request, cancellationToken);
                if (response.StatusCode < HttpStatusCode.InternalServerError || attempt == Tries)
                    return await ReadAsync(path, response, cancellationToken);
            }
            catch (Exception e) when (IsTransport(e) && !cancellationToken.IsCancellationRequested)
            {
                Log.RequestFailed(_logger, e, path);
                if (attempt == Tries)
                    throw new StripeException(null, "The payment provider does not answer.", e);
            }
        }
    }

    private async Task<JsonElement> ReadAsync(string path, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var answer = await ParseAsync(response, cancellationToken);
        if (response.IsSuccessStatusCode)
            return answer;
        var code = answer.Find("error", "code")?.GetString() ?? answer.Find("error", "type")?.GetString();
        // Its message may repeat what was sent; the id finds it in the provider's own log.
        var requestId = response.Headers.TryGetValues("Request-Id", out var ids) ? ids.FirstOrDefault() : null;
        Log.RequestRefused(_logger, path, (int)response.StatusCode, code, requestId);
        throw new StripeException(code, "The payment provider has refused the request.", status: (int)response.StatusCode);
    }

    private static async Task<JsonElement> ParseAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
            return document.RootElement.Clone();
        }
        catch (JsonException e)
        {
            throw new StripeException(null, "The payment provider gave no sensible answer.", e);
        }
    }

    // A time limit that passed looks like a cancellation.
    private static bool IsTransport(Exception exception) => exception is HttpRequestException or TaskCanceledException { InnerException: TimeoutException };

    public void Dispose() => _http.Dispose();
}
