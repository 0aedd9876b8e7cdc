using AutoForge.Connections;

namespace AutoForge.Activities.Telegram;

/// <summary>Tests connections of type <c>telegram</c>: asks Telegram who the bot is.</summary>
public sealed class TelegramProbe(Egress egress, TimeProvider time) : IConnectionProbe
{
    /// <inheritdoc/>
    public string Type => "telegram";

    /// <inheritdoc/>
    public async ValueTask<string> ProbeAsync(Connection connection, CancellationToken cancellationToken)
    {
        var bot = await new TelegramApi(connection, egress.Http, time).CallAsync("getMe", [], cancellationToken);
        return $"Signed in as @{bot?["username"]}.";
    }
}
