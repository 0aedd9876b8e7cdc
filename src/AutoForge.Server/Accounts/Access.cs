namespace AutoForge.Server.Accounts;

/// <summary>Who may call a route. Every route says it; one that does not is closed, and a test goes red.</summary>
internal enum Access
{
    Public,
    Account,

    /// <summary>A page for people: who is not signed in is sent to the sign-in page instead of being refused.</summary>
    User,
    Admin,
}

/// <summary>The mark on the endpoint.</summary>
internal sealed record AccessMetadata(Access Access);
