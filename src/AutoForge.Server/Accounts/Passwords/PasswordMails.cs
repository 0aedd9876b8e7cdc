namespace AutoForge.Server.Accounts.Passwords;

/// <summary>What mails about passwords say.</summary>
internal static class PasswordMails
{
    public const string Changed =
        """
        The password of your AutoForge account has just been changed, and all other sessions have ended.

        If that was not you, reset the password at once and delete the API keys that you do not know.
        """;

    public static string Reset(string link) =>
        $"""
        Somebody, hopefully you, wants to reset the password of your AutoForge account. Choose a new one here:

        {link}

        The link works once, within 60 minutes. If it was not you, nothing needs to be done: the password stays as it is.
        """;
}
