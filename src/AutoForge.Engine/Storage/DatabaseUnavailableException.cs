namespace AutoForge.Engine.Storage;

/// <summary>
/// The database cannot take the request now (it is down, restarting, full or overloaded); trying again later may help.
/// Whether a write has happened is not known: read it back by its key.
/// </summary>
/// <param name="message">One sentence for a person.</param>
/// <param name="innerException">What the driver said.</param>
public sealed class DatabaseUnavailableException(string message, Exception? innerException = null)
    : AutoForgeException("database_unavailable", message, innerException);
