using AutoForge.Server.Accounts.Admin;

namespace AutoForge.Server.Operations;

/// <summary>What a person sees who has just started the server: where it is, and where the first account is made.</summary>
internal sealed class Greeting(PublicAddress address, AdminInvitations invitations)
{
    public void Print(TextWriter output, IEnumerable<string> listeningOn)
    {
        output.WriteLine(
            $"""

            AutoForge listens on {string.Join(", ", listeningOn)}
            Public address: {address.Origin}

            Make the first account:
              {address.Origin}/sign-up

            """);
        // Whoever sees this terminal may administer the server; the address is written nowhere else.
        if (invitations.Token is { } token)
        {
            output.WriteLine(
                $"""
                There is no administrator yet. Sign in and open this address once:
                  {address.Origin}{AdminClaim.Path}?token={token}

                """);
        }
    }
}
