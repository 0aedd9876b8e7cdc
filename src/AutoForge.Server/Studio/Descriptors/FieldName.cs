namespace AutoForge.Server.Studio.Descriptors;

internal static class FieldName
{
    /// <summary>Studio lowers the first letter of a name to get its key in the document; this is the way back.</summary>
    public static string Of(string key) => char.ToUpperInvariant(key[0]) + key[1..];
}
