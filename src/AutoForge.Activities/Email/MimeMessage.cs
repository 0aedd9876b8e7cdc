namespace AutoForge.Activities.Email;

/// <summary>A mail before it is written. Header fields with line breaks are refused when it is sent.</summary>
public sealed record MimeMessage
{
    /// <summary>The sender.</summary>
    public required Mailbox From { get; init; }

    /// <summary>Recipients that everybody sees.</summary>
    public IReadOnlyList<Mailbox> To { get; init; } = [];

    /// <summary>Recipients of a copy that everybody sees.</summary>
    public IReadOnlyList<Mailbox> Cc { get; init; } = [];

    /// <summary>Recipients that nobody sees; they are not written into the mail.</summary>
    public IReadOnlyList<Mailbox> Bcc { get; init; } = [];

    /// <summary>Where answers go; null = to <see cref="From"/>.</summary>
    public Mailbox? ReplyTo { get; init; }

    /// <summary>One line; may be empty.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The plain text; null = only <see cref="Html"/>.</summary>
    public string? Text { get; init; }

    /// <summary>The HTML text; null = only <see cref="Text"/>. With both, the reader's program chooses.</summary>
    public string? Html { get; init; }

    /// <summary>Without angle brackets, such as <c>4711@example.com</c>. Receivers drop a second mail with the same one.</summary>
    public required string MessageId { get; init; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>Everybody who gets it, once each.</summary>
    public IEnumerable<Mailbox> Recipients => To.Concat(Cc).Concat(Bcc).DistinctBy(mailbox => mailbox.Address, StringComparer.OrdinalIgnoreCase);
}
