namespace AutoForge.Server.Accounts.SignIn;

/// <summary>What a user types to sign in.</summary>
/// <param name="TwoFactorCode">Of the authenticator app, if two-factor is on.</param>
/// <param name="RecoveryCode">In place of it.</param>
internal sealed record SignInRequest(string? Email, string? Password, string? TwoFactorCode = null, string? RecoveryCode = null);
