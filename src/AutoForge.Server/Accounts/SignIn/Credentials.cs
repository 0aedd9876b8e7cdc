namespace AutoForge.Server.Accounts.SignIn;

/// <summary>What a user types to register or to sign in.</summary>
internal sealed record Credentials(string? Email, string? Password);
