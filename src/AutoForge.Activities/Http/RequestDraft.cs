using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AutoForge.Activities.Http;

/// <summary>A request before it is sent: complete, checked, and good for any number of messages or a preview.</summary>
internal sealed class RequestDraft
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

    private readonly List<KeyValuePair<string, string>> _headers = [];
    private readonly string _method;
    private string? _contentType;
    private string? _body;
    private string? _credentialHeader;

    /// <exception cref="FaultException"><c>invalid_input</c>: the method is unknown.</exception>
    public RequestDraft(string? method, Uri url)
    {
        _method = string.IsNullOrWhiteSpace(method) ? "GET" : method.Trim().ToUpperInvariant();
        if (!Methods.Contains(_method))
            throw new FaultException("invalid_input", $"The method must be one of {string.Join(", ", Methods)}.");
        Url = url;
    }

    public Uri Url { get; }

    public bool IsSafe => IsSafeMethod(_method);

    /// <summary>RFC 9110, 9.2.1: asks without changing anything.</summary>
    public static bool IsSafeMethod(string? method) => method?.Trim().ToUpperInvariant() is null or "" or "GET" or "HEAD" or "OPTIONS";

    public void AddHeaders(IEnumerable<KeyValuePair<string, string>> headers) => _headers.AddRange(headers);

    /// <summary>Adds a header unless the user has set it.</summary>
    public void AddDefault(string name, string value)
    {
        if (!_headers.Exists(header => IsNamed(header, name)))
            _headers.Add(KeyValuePair.Create(name, value));
    }

    /// <exception cref="FaultException"><c>invalid_input</c>: the credential does not fit into a header.</exception>
    public void SignIn(HttpCredential credential)
    {
        HeaderFields.Check(credential.HeaderName, credential.HeaderValue);
        _headers.RemoveAll(header => IsNamed(header, credential.HeaderName));
        _headers.Add(KeyValuePair.Create(credential.HeaderName, credential.HeaderValue));
        _credentialHeader = credential.HeaderName;
    }

    /// <summary>Null or empty = no body. Call after <see cref="AddHeaders"/>: a Content-Type among them counts when none is given here.</summary>
    public void SetBody(object? body, string? contentType)
    {
        _body = body switch
        {
            JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
            JsonNode node => node.ToJsonString(Json),
            bool flag => flag ? "true" : "false",
            IFormattable scalar => scalar.ToString(null, CultureInfo.InvariantCulture),
            _ => body?.ToString(),
        };
        var named = _headers.Find(header => IsNamed(header, "Content-Type")).Value;
        _headers.RemoveAll(header => IsNamed(header, "Content-Type"));
        if (string.IsNullOrEmpty(_body))
            return;
        _contentType = !string.IsNullOrWhiteSpace(contentType) ? contentType.Trim()
            : named ?? (body is JsonNode || IsJson(_body) ? "application/json" : "text/plain; charset=utf-8");
        HeaderFields.Check("Content-Type", _contentType);
    }

    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(new HttpMethod(_method), Url);
        if (!string.IsNullOrEmpty(_body))
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(_body));
        if (_contentType is not null)
            message.Content!.Headers.TryAddWithoutValidation("Content-Type", _contentType);
        foreach (var (name, value) in _headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
                message.Content?.Headers.TryAddWithoutValidation(name, value);
        }
        return message;
    }

    /// <summary>For a person to read, with a mask where the credential stands.</summary>
    public JsonObject ToJson()
    {
        var headers = new JsonObject();
        foreach (var group in _headers.GroupBy(header => header.Key, StringComparer.OrdinalIgnoreCase))
            headers[group.Key] = string.Equals(group.Key, _credentialHeader, StringComparison.OrdinalIgnoreCase) ? "***" : string.Join(", ", group.Select(header => header.Value));
        if (_contentType is not null)
            headers["Content-Type"] = _contentType;
        return new() { ["method"] = _method, ["url"] = Url.AbsoluteUri, ["headers"] = headers, ["body"] = _body };
    }

    private static bool IsNamed(KeyValuePair<string, string> header, string name) =>
        string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase);

    private static bool IsJson(string text)
    {
        if (text.TrimStart() is not ['{' or '[', ..])
            return false;
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
