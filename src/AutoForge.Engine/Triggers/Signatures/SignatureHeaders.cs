namespace AutoForge.Engine.Triggers.Signatures;

/// <summary>The three headers of Standard Webhooks.</summary>
/// <param name="Id"><c>webhook-id</c>: the same for every delivery of one event.</param>
/// <param name="Timestamp"><c>webhook-timestamp</c>: seconds since 1970.</param>
/// <param name="Signature"><c>webhook-signature</c>: <c>v1,</c> and base64.</param>
internal readonly record struct SignatureHeaders(string Id, string Timestamp, string Signature)
{
    public const string IdName = "webhook-id";
    public const string TimestampName = "webhook-timestamp";
    public const string SignatureName = "webhook-signature";
}
