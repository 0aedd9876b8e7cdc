using AutoForge.Connections;

namespace AutoForge.Activities.Email;

/// <summary>Tests connections of type <c>smtp</c>: connects, secures and signs in, and sends nothing.</summary>
public sealed class SmtpProbe(Egress egress, TimeProvider time) : IConnectionProbe
{
    /// <inheritdoc/>
    public string Type => "smtp";

    /// <inheritdoc/>
    public async ValueTask<string> ProbeAsync(Connection connection, CancellationToken cancellationToken)
    {
        var options = SmtpOptions.Of(connection);
        Mailbox.Parse(options.From);
        await new SmtpTransport(options, egress, time).CheckAsync(cancellationToken);
        return string.IsNullOrEmpty(options.Username)
            ? $"{options.Host}:{options.Port} answers."
            : $"{options.Host}:{options.Port} answers and accepts the sign-in.";
    }
}
