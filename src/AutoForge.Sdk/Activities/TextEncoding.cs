namespace AutoForge.Activities;

/// <summary>How a template writes what it inserts, so that data cannot break out of its place. <c>{{{ }}}</c> always inserts as is.</summary>
public enum TextEncoding
{
    /// <summary>As is.</summary>
    None,

    /// <summary>Escaped for the inside of a JSON string.</summary>
    Json,

    /// <summary>Percent-encoded (RFC 3986 unreserved characters stay).</summary>
    Url,

    /// <summary>HTML entities.</summary>
    Html,
}
