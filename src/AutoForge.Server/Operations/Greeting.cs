namespace AutoForge.Server.Operations;

/// <summary>What a person sees who has just started the server: where it is, and where the first account is made.</summary>
internal sealed class Greeting(PublicAddress address)
{
    public void Print(TextWriter output, IEnumerable<string> listeningOn) => output.WriteLine(
        $"""

        AutoForge listens on {string.Join(", ", listeningOn)}
        Public address: {address.Origin}

        Make the first account:
          {address.Origin}/sign-up

        """);
}
