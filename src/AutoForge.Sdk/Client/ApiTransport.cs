using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AutoForge.Client;

/// <summary>Sends requests, and reads answers and problems. Paths are relative to the server's address, without a leading slash.</summary>
internal sealed class ApiTransport
{
    private readonly Uri _address;

    public ApiTransport(HttpClient http)
    {
        Http = http;
        var address = http.BaseAddress ?? throw new ArgumentException("The client needs a BaseAddress.", nameof(http));
        // Without the slash the last part of a path would be replaced instead of continued.
        _address = address.AbsoluteUri.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
    }

    public HttpClient Http { get; }

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, content: null, type, cancellationToken);

    public Task<T> PostAsync<T>(string path, HttpContent? content, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, content, type, cancellationToken);

    public Task<T> PutAsync<T>(string path, HttpContent content, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, path, content, type, cancellationToken);

    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, new Uri(_address, path));
        using var response = await SendAsync(request, cancellationToken);
    }

    /// <summary>Starts a run; the answer's header tells whether it is an earlier one.</summary>
    public async Task<StartedRun> StartAsync(string path, HttpContent content, string? idempotencyKey, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_address, path)) { Content = content };
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        using var response = await SendAsync(request, cancellationToken);
        var run = await ReadAsync(response, ClientJson.Default.StartedRun, cancellationToken);
        return run with { IsEarlierRun = response.Headers.Contains("Idempotent-Replayed") };
    }

    /// <summary>All pages of a list, each asked for when the one before has been read to its end.</summary>
    public async IAsyncEnumerable<T> ListAsync<T>(string path, QueryText query, JsonTypeInfo<PageAnswer<T>> type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await GetAsync(path + query.With("cursor", cursor), type, cancellationToken);
            foreach (var item in page.Data)
                yield return item;
            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    public static HttpContent Body<T>(T value, JsonTypeInfo<T> type) => JsonContent.Create(value, type);

    private async Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? content, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(_address, path)) { Content = content };
        using var response = await SendAsync(request, cancellationToken);
        return await ReadAsync(response, type, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        var response = await Http.SendAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw await ProblemAnswer.ReadAsync(response, cancellationToken);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(type, cancellationToken) ?? throw Unexpected(response.StatusCode);
        }
        catch (JsonException e)
        {
            throw Unexpected(response.StatusCode, e);
        }
    }

    private static AutoForgeApiException Unexpected(HttpStatusCode status, JsonException? cause = null) =>
        new(status, ProblemAnswer.UnexpectedAnswer, "The answer is not what an AutoForge server says to this call.", cause);
}
