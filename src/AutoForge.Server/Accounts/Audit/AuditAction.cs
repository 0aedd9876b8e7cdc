namespace AutoForge.Server.Accounts.Audit;

/// <summary>What an audit entry can be about. Stored and exported as they stand: a name, once written, keeps its meaning.</summary>
internal static class AuditAction
{
    public const string Registered = "registered";
    public const string SignedIn = "signed_in";
    public const string SignInFailed = "sign_in_failed";
    public const string SignedOut = "signed_out";
    public const string PasswordChanged = "password_changed";
    public const string PasswordReset = "password_reset";
    public const string EmailConfirmed = "email_confirmed";
    public const string EmailChanged = "email_changed";
    public const string ProfileChanged = "profile_changed";
    public const string TwoFactorOn = "two_factor_on";
    public const string TwoFactorOff = "two_factor_off";
    public const string RecoveryCodeUsed = "recovery_code_used";
    public const string RecoveryCodesRenewed = "recovery_codes_renewed";
    public const string SessionRevoked = "session_revoked";
    public const string KeyCreated = "key_created";
    public const string KeyRotated = "key_rotated";
    public const string KeyDeleted = "key_deleted";
    public const string DataExported = "data_exported";
    public const string AccountDeleted = "account_deleted";
    public const string BecameAdmin = "became_admin";

    /// <summary>For people.</summary>
    public static string Text(string action) => action switch
    {
        SignInFailed => "Sign-in failed",
        TwoFactorOn => "Two-factor switched on",
        TwoFactorOff => "Two-factor switched off",
        KeyCreated => "API key created",
        KeyRotated => "API key rotated",
        KeyDeleted => "API key deleted",
        EmailChanged => "E-mail address changed",
        EmailConfirmed => "E-mail address confirmed",
        BecameAdmin => "Became administrator",
        // Entries of other rooms read as they are named.
        _ => char.ToUpperInvariant(action[0]) + action[1..].Replace('_', ' '),
    };
}
