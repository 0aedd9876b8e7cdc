namespace AutoForge.Server.Operations;

/// <summary>What a person sees who has just started the server: where it is, and the command that makes the first account.</summary>
internal sealed class Greeting(PublicAddress address)
{
    public string FirstAccountCommand =>
        $$"""curl -X POST {{address.Origin}}/api/auth/register -H 'Content-Type: application/json' -d '{"email": "you@example.com", "password": "a long pass phrase"}'""";

    public void Print(TextWriter output, IEnumerable<string> listeningOn) => output.WriteLine(
        $"""

        AutoForge listens on {string.Join(", ", listeningOn)}
        Public address: {address.Origin}

        Make the first account:
          {FirstAccountCommand}

        """);
}
