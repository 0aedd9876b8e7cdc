using System.Globalization;
using System.Text.Json.Nodes;
using AutoForge.Connections;
using AutoForge.Expressions;

namespace AutoForge.Activities.Http;

/// <summary>Calls a web address and reads the answer.</summary>
/// <remarks>
/// Fails with <c>http_status</c> (an answer that was not expected; the outputs are set), <c>http_timeout</c>,
/// <c>http_connection</c>, <c>address_not_allowed</c>, <c>response_too_large</c>, <c>too_many_redirects</c>,
/// <c>invalid_url</c> or <c>invalid_input</c>. GET, HEAD and OPTIONS are repeated after a crash; other methods only when
/// the receiver is said to honour the idempotency key.
/// </remarks>
[Activity("AutoForge", "HttpRequest", DisplayName = "HTTP request", Description = "Calls a web address and reads the answer.",
    Outcomes = ["Done", "Failed"], PriceCents = 1)]
public sealed class HttpRequest : Activity
{
    private const int MaxTimeoutSeconds = 300;
    private const int MaxRetries = 5;

    [Input(Default = "GET", Options = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"], Order = 0,
        Description = "What to ask of the server.")]
    public Input<string>? Method { get; set; }

    [Input(DisplayName = "URL", Required = true, Order = 1, Description = "An absolute address, such as https://example.com/orders.")]
    public Input<string>? Url { get; set; }

    [Input(Editor = InputEditors.MultiLine, Order = 2, Description = "A JSON object, or one \"Name: value\" per line.")]
    public Input<object>? Headers { get; set; }

    [Input(Editor = InputEditors.MultiLine, Order = 3, Description = "Text or JSON to send.")]
    public Input<object>? Body { get; set; }

    [Input(Order = 4, Description = "Default: application/json when the body is JSON, otherwise text/plain.")]
    public Input<string>? ContentType { get; set; }

    [Input(Default = "2xx", Order = 5, Description = "Answers that count as success: codes or ranges, such as 2xx, 404 or 200-299.")]
    public Input<object>? ExpectedStatusCodes { get; set; }

    [Input(Default = "30", Order = 6, Description = "How long to wait for the whole answer, 1 to 300 seconds.")]
    public Input<int>? TimeoutSeconds { get; set; }

    [Input(Default = "0", Order = 7, Description = "How often to try again when trying again may help, 0 to 5.")]
    public Input<int>? Retries { get; set; }

    [Input(Default = "auto", Options = ["auto", "off"], OptionTexts = ["Send one", "Send none"], Order = 8,
        Description = "Sends the header Idempotency-Key, the same for every try of this step, so that the receiver can tell repeats.")]
    public Input<string>? IdempotencyKey { get; set; }

    [Input(Default = "false", Order = 9,
        Description = "The receiver honours the Idempotency-Key, so the request may be repeated after a crash.")]
    public Input<bool>? SafeToRepeat { get; set; }

    [Input(Connection = "http", Order = 10, Description = "A stored token, password or key to sign the request in with.")]
    public Input<string>? Authentication { get; set; }

    [Output(Description = "The status code of the answer.")]
    public Output<int>? StatusCode { get; set; }

    [Output(Name = "headers", Description = "The headers of the answer by lower-case name.")]
    public Output<JsonObject>? ResponseHeaders { get; set; }

    [Output(Name = "body", Description = "The body of the answer: parsed when it is JSON, otherwise text.")]
    public Output<object>? ResponseBody { get; set; }

    /// <inheritdoc/>
    public override StepEffect EffectOf(ActivityContext context) =>
        MayRepeat(context) ? StepEffect.Safe : StepEffect.Unsafe;

    /// <inheritdoc/>
    public override int RetriesOf(ActivityContext context) => Math.Clamp(context.Get(Retries), 0, MaxRetries);

    /// <inheritdoc/>
    public override TextEncoding EncodingOf(string inputName) => inputName switch
    {
        "url" => TextEncoding.Url,
        "body" => IsJsonTemplate() ? TextEncoding.Json : TextEncoding.None,
        "headers" => TextOf(Headers) is { } text && HeaderFields.IsJson(text) ? TextEncoding.Json : TextEncoding.None,
        _ => TextEncoding.None,
    };

    /// <inheritdoc/>
    public override async ValueTask<JsonNode?> PreviewAsync(ActivityContext context) => context.Mask((await DraftAsync(context)).ToJson());

    /// <inheritdoc/>
    public override void Validate(ActivityValidation validation) => HttpRequestValidation.Validate(validation, MaxTimeoutSeconds, MaxRetries);

    /// <inheritdoc/>
    protected override async ValueTask ExecuteAsync(ActivityContext context)
    {
        // Everything that can be wrong with the inputs is found before anything is sent.
        var expected = ExpectedStatus.Read(context.Get(ExpectedStatusCodes));
        var seconds = context.Get(TimeoutSeconds);
        if (seconds is < 1 or > MaxTimeoutSeconds)
            throw new FaultException("invalid_input", $"The timeout must be 1 to {MaxTimeoutSeconds} seconds.");
        var draft = await DraftAsync(context);

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(seconds), context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, deadline.Token);
        try
        {
            using var request = draft.ToMessage();
            using var response = await context.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var body = await ResponseContent.ReadAsync(response.Content, either.Token);

            var status = (int)response.StatusCode;
            context.Set(StatusCode, status);
            context.Set(ResponseHeaders, ResponseContent.HeadersOf(response));
            context.Set(ResponseBody, body);
            if (!expected.Contains(status))
                throw new FaultException(HttpFaults.Status(response, context.Time));
        }
        catch (OperationCanceledException e) when (!context.CancellationToken.IsCancellationRequested)
        {
            throw new FaultException(HttpFaults.Timeout(draft.Url, seconds, MayRepeat(context)), e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidDataException)
        {
            throw new FaultException(HttpFaults.Connection(draft.Url, e as HttpRequestException, MayRepeat(context)), e);
        }
    }

    private async ValueTask<RequestDraft> DraftAsync(ActivityContext context)
    {
        var draft = new RequestDraft(context.Get(Method), EgressUrl.Parse(context.Get(Url)));
        draft.AddHeaders(HeaderFields.Read(context.Get(Headers), TemplateOf(Headers)));
        draft.SetBody(context.Get(Body), context.Get(ContentType));
        if (context.Get(Authentication) is { Length: > 0 } connection)
            draft.SignIn(HttpCredential.Of(await context.GetConnectionAsync(connection, "http")));
        if (!draft.IsSafe && SendsKey(context))
            draft.AddDefault("Idempotency-Key", context.IdempotencyKey);
        draft.AddDefault("User-Agent", UserAgent.Value);
        // A webhook that is called here knows how deep it is in a chain of runs, and a loop ends.
        draft.AddDefault("AutoForge-Depth", (context.Run.Depth + 1).ToString(CultureInfo.InvariantCulture));
        return draft;
    }

    private bool MayRepeat(ActivityContext context) =>
        RequestDraft.IsSafeMethod(context.Get(Method)) || (context.Get(SafeToRepeat) && SendsKey(context));

    private bool SendsKey(ActivityContext context) =>
        !string.Equals(context.Get(IdempotencyKey), "off", StringComparison.OrdinalIgnoreCase);

    private bool IsJsonTemplate() => TextOf(ContentType) is { Length: > 0 } type
        ? type.Contains("json", StringComparison.OrdinalIgnoreCase)
        : TextOf(Body)?.TrimStart() is ['{' or '[', ..] text && !text.StartsWith("{{", StringComparison.Ordinal);

    private static string? TemplateOf(Input? input) => input?.Expression?.Type == ExpressionTypes.Template ? TextOf(input) : null;

    private static string? TextOf(Input? input) =>
        input?.Expression?.Value is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
