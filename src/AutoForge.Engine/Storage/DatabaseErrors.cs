using System.Net.Sockets;
using Npgsql;

namespace AutoForge.Engine.Storage;

/// <summary>What an error of the database asks of the caller.</summary>
public enum DatabaseErrorKind
{
    /// <summary>The same again fails the same way; nothing was written.</summary>
    Permanent,

    /// <summary>Another transaction was in the way; nothing was written. Run the whole transaction again.</summary>
    Conflict,

    /// <summary>The database is away, restarting or overloaded. A COMMIT under way may or may not have happened.</summary>
    Transient,
}

/// <summary>Sorts the errors of the driver by what can be done about them.</summary>
public static class DatabaseErrors
{
    /// <summary>An exception that is not of the database is <see cref="DatabaseErrorKind.Permanent"/>.</summary>
    public static DatabaseErrorKind Classify(Exception exception) => exception switch
    {
        DatabaseUnavailableException => DatabaseErrorKind.Transient,
        PostgresException postgres => Classify(postgres.SqlState),
        // The connection broke, none could be had in time, or the time limit of the statement passed. A batch is written while its
        // answers are read already: when the writing side finds the break first, the reading side finds its stream disposed.
        NpgsqlException { InnerException: IOException or SocketException or TimeoutException or ObjectDisposedException } => DatabaseErrorKind.Transient,
        NpgsqlException { IsTransient: true } => DatabaseErrorKind.Transient,
        NpgsqlException { InnerException: PostgresException inner } => Classify(inner.SqlState),
        SocketException or TimeoutException => DatabaseErrorKind.Transient,
        _ => DatabaseErrorKind.Permanent,
    };

    /// <summary>Whether the database was away or overloaded; answer 503 and let the caller try again.</summary>
    public static bool IsTransient(Exception exception) => Classify(exception) == DatabaseErrorKind.Transient;

    private static DatabaseErrorKind Classify(string sqlState) => sqlState switch
    {
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected => DatabaseErrorKind.Conflict,
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.QueryCanceled or "25P03" => DatabaseErrorKind.Transient,
        // 25P03: a transaction stood idle for too long. Class 08: connection exception. Class 53: insufficient resources (disk, memory, connections).
        ['0', '8', ..] or ['5', '3', ..] => DatabaseErrorKind.Transient,
        _ => DatabaseErrorKind.Permanent,
    };
}
