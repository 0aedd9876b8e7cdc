namespace AutoForge.Server.Accounts.Sessions;

/// <summary>What a <c>User-Agent</c> calls itself, in words that its owner recognises.</summary>
internal static class BrowserName
{
    private const int LongestProgram = 40;

    // The order decides: Edge and Opera call themselves Chrome as well, and all of them Safari.
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Mark, string Name)[] Systems =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux")];

    public static string Of(string userAgent)
    {
        if (Find(Browsers, userAgent) is { } browser)
            return Find(Systems, userAgent) is { } system ? $"{browser} on {system}" : browser;
        // Programs name themselves first: curl/8.5.0
        var program = userAgent.Split('/', ' ')[0];
        return program.Length is > 0 and <= LongestProgram ? program : "Unknown program";
    }

    private static string? Find((string Mark, string Name)[] known, string text)
    {
        foreach (var (mark, name) in known)
        {
            if (text.Contains(mark, StringComparison.Ordinal))
                return name;
        }
        return null;
    }
}
