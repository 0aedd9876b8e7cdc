namespace AutoForge.Server.Accounts;

/// <summary>Section <c>AutoForge:Accounts</c>.</summary>
internal sealed class AccountOptions
{
    /// <summary>Whether a user is asked to confirm the e-mail address.</summary>
    /// <value>Default: only when a mail server is set, since the confirmation would reach nobody otherwise.</value>
    /// <remarks>
    /// Who has not confirmed may sign in, build and run; a banner on every page asks for it, and no mail but that of
    /// signing in goes to the address: it may be a stranger's.
    /// </remarks>
    public bool? RequireConfirmedEmail { get; set; }
}
