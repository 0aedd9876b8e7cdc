namespace AutoForge.Activities.Email;

/// <summary>One answer of a mail server: a code and its lines without the code.</summary>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    private const int MaxShown = 200;

    /// <summary>2xx, or 3xx where the server waits for more.</summary>
    public bool IsPositive => Code is >= 200 and < 400;

    /// <summary>4xx: the same may be taken later.</summary>
    public bool IsTransient => Code is >= 400 and < 500;

    /// <summary>For a person: the code and what the server said, cut and without control characters.</summary>
    public override string ToString()
    {
        var text = string.Concat($"{Code} {string.Join(' ', Lines)}".Where(c => !char.IsControl(c)));
        return text.Length > MaxShown ? text[..MaxShown] + "…" : text;
    }
}
