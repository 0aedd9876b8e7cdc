using Npgsql;

namespace AutoForge.Engine.Tests.Hosting;

/// <summary>
/// A database whose clock is moved by the test: <c>now()</c> and <c>clock_timestamp()</c> are found in a schema of their own before
/// the real ones, by whoever connects with <see cref="Of"/>.
/// </summary>
internal static class SimulatedTime
{
    /// <summary>Makes the schema <c>simulated</c> with its clock. Doing it again changes nothing.</summary>
    public const string Install =
        """
        CREATE SCHEMA IF NOT EXISTS simulated;
        CREATE UNLOGGED TABLE IF NOT EXISTS simulated.clock (now timestamptz NOT NULL);
        INSERT INTO simulated.clock SELECT '2040-01-01' WHERE NOT EXISTS (SELECT FROM simulated.clock);
        CREATE OR REPLACE FUNCTION simulated.now() RETURNS timestamptz LANGUAGE plpgsql STABLE AS
            'BEGIN RETURN (SELECT c.now FROM simulated.clock AS c); END';
        CREATE OR REPLACE FUNCTION simulated.clock_timestamp() RETURNS timestamptz LANGUAGE plpgsql STABLE AS
            'BEGIN RETURN (SELECT c.now FROM simulated.clock AS c); END';
        """;

    /// <summary>Moves the clock to <c>@now</c>.</summary>
    public const string Set =
        """
        UPDATE simulated.clock
        SET now = @now
        """;

    /// <summary>For those to whom the simulated clock is the only one.</summary>
    public static NpgsqlConnectionStringBuilder Of(string connectionString) => new(connectionString) { SearchPath = "public,simulated,pg_catalog" };
}
