using System.Text.Json.Nodes;
using AutoForge.Connections;

namespace AutoForge.Activities.Telegram;

/// <summary>Sends a message as a Telegram bot.</summary>
/// <remarks>
/// At most once. Fails with <c>telegram_rejected</c> (not sent; Telegram says why) or <c>telegram_unreachable</c> (retryable
/// only when nothing was sent).
/// </remarks>
[Activity("AutoForge", "TelegramMessage", DisplayName = "Telegram message", Description = "Sends a message as your Telegram bot.",
    Outcomes = ["Done", "Failed"], PriceCents = 1)]
public sealed class TelegramMessage : Activity
{
    private const int MaxLength = 4096;
    private static readonly string[] ParseModes = ["None", "MarkdownV2", "HTML"];

    [Input(DisplayName = "Bot", Connection = "telegram", Required = true, Order = 0, Description = "The bot that writes.")]
    public Input<string>? Connection { get; set; }

    [Input(DisplayName = "Chat", Required = true, Order = 1, Description = "The id of a chat, or @name of a channel.")]
    public Input<string>? ChatId { get; set; }

    [Input(Editor = InputEditors.MultiLine, Required = true, Order = 2, Description = "At most 4,096 characters.")]
    public Input<string>? Text { get; set; }

    [Input(DisplayName = "Formatting", Default = "None", Options = ["None", "MarkdownV2", "HTML"], OptionTexts = ["Plain text", "Markdown", "HTML"], Order = 3,
        Description = "How Telegram reads the text. HTML is safe with inserted values; MarkdownV2 needs them escaped by hand.")]
    public Input<string>? ParseMode { get; set; }

    [Input(Default = "false", Order = 4, Description = "Delivers without a sound.")]
    public Input<bool>? Silent { get; set; }

    [Output(Description = "Telegram's number of the message in its chat.")]
    public Output<long>? MessageId { get; set; }

    /// <inheritdoc/>
    public override StepEffect EffectOf(ActivityContext context) => StepEffect.Unsafe;

    /// <inheritdoc/>
    public override TextEncoding EncodingOf(string inputName) =>
        inputName == "text" && ParseMode?.Expression?.Value?.ToString() == "HTML" ? TextEncoding.Html : TextEncoding.None;

    /// <inheritdoc/>
    public override async ValueTask<JsonNode?> PreviewAsync(ActivityContext context)
    {
        var (_, message) = await ReadAsync(context);
        return context.Mask(message);
    }

    /// <inheritdoc/>
    public override void Validate(ActivityValidation validation)
    {
        if (validation.Literal("text") is { Length: > MaxLength })
            validation.Add("text", $"Telegram takes at most {MaxLength} characters.");
        if (validation.Literal("parseMode") is { Length: > 0 } mode && !ParseModes.Contains(mode))
            validation.Add("parseMode", $"Must be one of {string.Join(", ", ParseModes)}.");
    }

    /// <inheritdoc/>
    protected override async ValueTask ExecuteAsync(ActivityContext context)
    {
        var (connection, message) = await ReadAsync(context);
        var result = await new TelegramApi(connection, context.Http, context.Time).CallAsync("sendMessage", message, context.CancellationToken);
        context.Set(MessageId, result?["message_id"] is JsonValue value && value.TryGetValue<long>(out var id) ? id : 0);
    }

    private async ValueTask<(Connection Connection, JsonObject Message)> ReadAsync(ActivityContext context)
    {
        var text = context.Get(Text) ?? "";
        if (string.IsNullOrWhiteSpace(text))
            throw new FaultException("invalid_input", "The message is empty.");
        if (text.Length > MaxLength)
            throw new FaultException("invalid_input", $"The message has {text.Length} characters; Telegram takes at most {MaxLength}.");
        var chat = context.Get(ChatId)?.Trim();
        if (string.IsNullOrEmpty(chat))
            throw new FaultException("invalid_input", "There is no chat to write to.");
        var mode = context.Get(ParseMode) is { Length: > 0 } chosen ? chosen : "None";
        if (!ParseModes.Contains(mode))
            throw new FaultException("invalid_input", $"The formatting must be one of {string.Join(", ", ParseModes)}.");

        var message = new JsonObject { ["chat_id"] = chat, ["text"] = text };
        if (mode != "None")
            message["parse_mode"] = mode;
        if (context.Get(Silent))
            message["disable_notification"] = true;
        return (await context.GetConnectionAsync(context.Get(Connection) ?? "", "telegram"), message);
    }
}
