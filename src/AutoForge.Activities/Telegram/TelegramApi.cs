using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoForge.Connections;

namespace AutoForge.Activities.Telegram;

/// <summary>The Bot API, as one bot. The token is part of every URL, so no URL and no inner message leaves this class.</summary>
public sealed class TelegramApi
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz:_-");

    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly string _baseUrl;
    private readonly string _token;

    /// <exception cref="FaultException"><c>connection_invalid</c> or <c>invalid_url</c>.</exception>
    public TelegramApi(Connection connection, HttpClient http, TimeProvider time)
    {
        (_http, _time) = (http, time);
        var baseUrl = connection.Setting("baseUrl") is { Length: > 0 } setting ? setting : "https://api.telegram.org";
        _baseUrl = EgressUrl.Parse(baseUrl).AbsoluteUri.TrimEnd('/');
        _token = connection.Secret("token") ?? "";
        if (_token.Length == 0 || _token.AsSpan().ContainsAnyExcept(TokenCharacters))
            throw new FaultException("connection_invalid", $"The token of the connection {connection.Name} is not a bot token.");
    }

    /// <summary>Calls a method and gives its <c>result</c>.</summary>
    /// <exception cref="FaultException">
    /// <c>telegram_rejected</c> with Telegram's own description, or <c>telegram_unreachable</c>, retryable only when
    /// nothing was sent.
    /// </exception>
    public async Task<JsonNode?> CallAsync(string method, JsonObject parameters, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            // Not JsonContent: it goes out chunked, which not every Bot API server of one's own takes.
            using var content = new StringContent(parameters.ToJsonString(), Encoding.UTF8, "application/json");
            using var response = await _http.PostAsync(new Uri($"{_baseUrl}/bot{_token}/{method}"), content, either.Token);
            var answer = await ReadAsync(response.Content, either.Token);
            if (answer is not null && answer["ok"] is JsonValue ok && ok.TryGetValue<bool>(out var isOk) && isOk)
                return answer["result"];
            throw new FaultException(Refusal((int)response.StatusCode, answer));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreachable("Telegram did not answer in time. Whether the message was sent is not known.", isRetryable: false);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError)
        {
            throw Unreachable("Telegram cannot be reached.", isRetryable: true);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw Unreachable("No secure connection to Telegram could be made.", isRetryable: false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Unreachable("The connection to Telegram broke. Whether the message was sent is not known.", isRetryable: false);
        }
    }

    private static async Task<JsonObject?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        try
        {
            return JsonNode.Parse(await content.ReadAsByteArrayAsync(cancellationToken), documentOptions: new() { MaxDepth = 32, AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private Fault Refusal(int status, JsonObject? answer)
    {
        if (status >= 500 || answer is null)
            return new("telegram_unreachable", $"Telegram answered {status}. Whether the message was sent is not known.");
        var description = answer["description"]?.ToString().Replace(_token, "***", StringComparison.Ordinal) ?? $"status {status}";
        var wait = answer["parameters"]?["retry_after"] is JsonValue value && value.TryGetValue<int>(out var seconds) && seconds >= 0
            ? TimeSpan.FromSeconds(seconds)
            : (TimeSpan?)null;
        return new("telegram_rejected", $"Telegram refused: {description.TrimEnd('.')}.", Retryable: status == 429, RetryAfter: wait);
    }

    // Without the cause: its message or its stack's locals may hold the URL.
    private static FaultException Unreachable(string message, bool isRetryable) => new(new Fault("telegram_unreachable", message, isRetryable));
}
