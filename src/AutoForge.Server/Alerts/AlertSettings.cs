using AutoForge.Engine.Storage;
using AutoForge.Server.Api.Problems;
using Npgsql;

namespace AutoForge.Server.Alerts;

/// <summary>Where an account wants to hear of failures and of its money.</summary>
/// <param name="Email">To everybody who signs in to it.</param>
/// <param name="TelegramConnection">Name or id of the bot that writes; null = no message by Telegram.</param>
/// <param name="TelegramChat">The chat it writes to.</param>
public sealed record AlertSettings(bool Email = true, string? TelegramConnection = null, string? TelegramChat = null)
{
    private const int MostLength = 200;

    /// <summary>Blanks taken away, both Telegram fields or none.</summary>
    /// <exception cref="InvalidInputException">One is missing, or too long.</exception>
    internal AlertSettings Checked()
    {
        var (bot, chat) = (Trimmed(TelegramConnection), Trimmed(TelegramChat));
        var errors = new List<FieldError>();
        if (bot is null && chat is not null)
            errors.Add(new("telegramConnection", "Choose the bot that writes to this chat."));
        if (chat is null && bot is not null)
            errors.Add(new("telegramChat", "Say which chat the bot writes to: its id, or @name of a channel."));
        if (chat?.Length > MostLength)
            errors.Add(new("telegramChat", $"Use at most {MostLength} characters."));
        if (bot?.Length > MostLength)
            errors.Add(new("telegramConnection", $"Use at most {MostLength} characters."));
        return errors.Count == 0 ? new AlertSettings(Email, bot, chat) : throw new InvalidInputException([.. errors]);
    }

    private static string? Trimmed(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

/// <summary>The table alert_settings.</summary>
internal sealed class AlertSettingsTable(Database database)
{
    /// <summary>The defaults when the account has set nothing.</summary>
    public async Task<AlertSettings> GetAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var command = database.DataSource.CreateCommand(
            """
            SELECT email, telegram_connection, telegram_chat
            FROM alert_settings
            WHERE account_id = @account
            """);
        command.Parameters.AddWithValue("account", accountId);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new AlertSettings(reader.GetBoolean(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2))
            : new AlertSettings();
    }

    public async Task EraseAsync(Guid accountId, CancellationToken cancellationToken)
    {
        await using var command = database.DataSource.CreateCommand(
            """
            DELETE FROM alert_settings
            WHERE account_id = @account
            """);
        command.Parameters.AddWithValue("account", accountId);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task SetAsync(Guid accountId, AlertSettings settings, CancellationToken cancellationToken)
    {
        await using var command = database.DataSource.CreateCommand(
            """
            INSERT INTO alert_settings (account_id, email, telegram_connection, telegram_chat)
            VALUES (@account, @email, @bot, @chat)
            ON CONFLICT (account_id) DO UPDATE
            SET email = EXCLUDED.email,
                telegram_connection = EXCLUDED.telegram_connection,
                telegram_chat = EXCLUDED.telegram_chat
            """);
        command.Parameters.AddWithValue("account", accountId);
        command.Parameters.AddWithValue("email", settings.Email);
        command.Parameters.Add(new NpgsqlParameter<string?>("bot", settings.TelegramConnection));
        command.Parameters.Add(new NpgsqlParameter<string?>("chat", settings.TelegramChat));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
