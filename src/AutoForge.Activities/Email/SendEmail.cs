using System.Text.Json.Nodes;
using AutoForge.Connections;
using AutoForge.Expressions;

namespace AutoForge.Activities.Email;

/// <summary>Sends a mail through the account's own mail server.</summary>
/// <remarks>
/// At most once: a failure before the server confirmed the complete mail means that nobody got it (<c>smtp_connection</c>,
/// <c>smtp_tls</c>, <c>smtp_auth</c>, <c>smtp_rejected</c>); <c>smtp_unknown_outcome</c> means that nobody knows.
/// </remarks>
[Activity("AutoForge", "SendEmail", DisplayName = "Send e-mail", Description = "Sends a mail through your mail server.",
    Outcomes = ["Done", "Failed"], PriceCents = 2)]
public sealed class SendEmail : Activity
{
    private const int MaxRecipients = 100;

    [Input(DisplayName = "Mail server", Connection = "smtp", Required = true, Order = 0, Description = "Whose mail server sends it.")]
    public Input<string>? Connection { get; set; }

    [Input(Order = 1, Description = "Recipients, separated by commas.")]
    public Input<object>? To { get; set; }

    [Input(Order = 2, Description = "Recipients of a copy, separated by commas.")]
    public Input<object>? Cc { get; set; }

    [Input(Order = 3, Description = "Recipients of a copy that the others do not see, separated by commas.")]
    public Input<object>? Bcc { get; set; }

    [Input(Order = 4, Description = "Where answers go, when not to the sender.")]
    public Input<string>? ReplyTo { get; set; }

    [Input(Order = 5, Description = "What the mail is about, in one line.")]
    public Input<string>? Subject { get; set; }

    [Input(Editor = InputEditors.MultiLine, Order = 6, Description = "The mail as plain text.")]
    public Input<string>? Text { get; set; }

    [Input(DisplayName = "HTML", Editor = InputEditors.MultiLine, Order = 7, Description = "The mail as HTML.")]
    public Input<string>? Html { get; set; }

    [Output(Description = "The Message-ID of the mail.")]
    public Output<string>? MessageId { get; set; }

    /// <inheritdoc/>
    public override StepEffect EffectOf(ActivityContext context) => StepEffect.Unsafe;

    /// <inheritdoc/>
    public override TextEncoding EncodingOf(string inputName) => inputName switch
    {
        "html" => TextEncoding.Html,
        "to" => ListEncoding(To),
        "cc" => ListEncoding(Cc),
        "bcc" => ListEncoding(Bcc),
        _ => TextEncoding.None,
    };

    /// <inheritdoc/>
    public override async ValueTask<JsonNode?> PreviewAsync(ActivityContext context)
    {
        var (_, message) = await ReadAsync(context);
        return context.Mask(new JsonObject
        {
            ["from"] = Show(message.From),
            ["to"] = Show(message.To),
            ["cc"] = Show(message.Cc),
            ["bcc"] = Show(message.Bcc),
            ["subject"] = message.Subject,
            ["text"] = message.Text,
            ["html"] = message.Html,
        });
    }

    /// <inheritdoc/>
    public override void Validate(ActivityValidation validation)
    {
        foreach (var field in new[] { "to", "cc", "bcc", "replyTo" })
        {
            try
            {
                if (validation.Literal(field) is { } text && !string.IsNullOrWhiteSpace(text))
                    Mailbox.ParseList(text, template: null);
            }
            catch (FaultException e)
            {
                validation.Add(field, e.Fault.Message);
            }
        }
        if (To?.Expression is null && Cc?.Expression is null && Bcc?.Expression is null)
            validation.Add("to", "Somebody must get the mail.");
        if (Text?.Expression is null && Html?.Expression is null)
            validation.Add("text", "The mail needs a text or an HTML text.");
    }

    /// <inheritdoc/>
    protected override async ValueTask ExecuteAsync(ActivityContext context)
    {
        var (options, message) = await ReadAsync(context);
        var egress = (Egress)context.Services.GetService(typeof(Egress))!;
        await new SmtpTransport(options, egress, context.Time).SendAsync(message, context.CancellationToken);
        context.Set(MessageId, message.MessageId);
    }

    private async ValueTask<(SmtpOptions Options, MimeMessage Message)> ReadAsync(ActivityContext context)
    {
        var options = SmtpOptions.Of(await context.GetConnectionAsync(context.Get(Connection) ?? "", "smtp"));
        var from = Mailbox.Parse(options.From);
        var message = new MimeMessage
        {
            From = from,
            To = Mailbox.ParseList(context.Get(To), TemplateOf(To)),
            Cc = Mailbox.ParseList(context.Get(Cc), TemplateOf(Cc)),
            Bcc = Mailbox.ParseList(context.Get(Bcc), TemplateOf(Bcc)),
            ReplyTo = context.Get(ReplyTo) is { } replyTo && !string.IsNullOrWhiteSpace(replyTo) ? Mailbox.Parse(replyTo) : null,
            Subject = context.Get(Subject) ?? "",
            Text = NullIfEmpty(context.Get(Text)),
            Html = NullIfEmpty(context.Get(Html)),
            // The same for every try of this step: a receiver recognises repeats by it.
            MessageId = $"{IdText(context.IdempotencyKey)}@{from.Domain}",
            Date = context.Time.GetUtcNow(),
        };
        HeaderText.Check("subject", message.Subject);
        if (message.Recipients.Count() is < 1 or > MaxRecipients)
            throw new FaultException("invalid_input", $"A mail needs 1 to {MaxRecipients} recipients.");
        if (message.Text is null && message.Html is null)
            throw new FaultException("invalid_input", "The mail needs a text or an HTML text.");
        return (options, message);
    }

    private static string IdText(string key) => string.Concat(key.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '.')).Trim('.');

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string? TemplateOf(Input? input) =>
        input?.Expression is { Type: ExpressionTypes.Template, Value: JsonValue value } ? value.ToString() : null;

    // Inside a JSON list, data must not end its string and begin another address.
    private static TextEncoding ListEncoding(Input? input) =>
        TemplateOf(input)?.TrimStart().StartsWith('[') == true ? TextEncoding.Json : TextEncoding.None;

    private static JsonArray Show(IEnumerable<Mailbox> mailboxes) => [.. mailboxes.Select(mailbox => (JsonNode?)Show(mailbox))];

    private static string Show(Mailbox mailbox) => mailbox.Name is null ? mailbox.Address : $"{mailbox.Name} <{mailbox.Address}>";
}
