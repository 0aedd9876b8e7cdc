namespace AutoForge.Server.Studio.Definitions;

/// <summary>
/// A page can ask for a Studio that changes nothing, as ours does on small screens. It is a wish of the page and no
/// permission: what the caller may do does not depend on it.
/// </summary>
internal static class ReadOnlyView
{
    private const string Header = "AutoForge-Read-Only";

    public static bool IsReadOnly(this HttpRequest request) => request.Headers[Header] == "true";
}
