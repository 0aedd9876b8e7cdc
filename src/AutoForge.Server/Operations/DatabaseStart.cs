using AutoForge.Engine.Storage;
using AutoForge.Engine.Storage.Embedded;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Operations;

/// <summary>Opens the database that the settings name.</summary>
internal static class DatabaseStart
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Starts the embedded server unless a connection string is set, and brings the schema up to date.</summary>
    /// <param name="asGuest">For a command beside a server that may be running: nothing is created or changed.</param>
    /// <exception cref="OptionsValidationException">A setting will not do; the message names it.</exception>
    /// <exception cref="AutoForgeException">The database cannot be used; the message says what to do.</exception>
    public static async Task<Database> OpenDatabaseAsync(
        this WebApplicationBuilder builder, ILoggerFactory loggers, bool asGuest = false, CancellationToken cancellationToken = default)
    {
        var options = builder.Configuration.GetServerOptions();
        var databaseOptions = new DatabaseOptions
        {
            ConnectionString = options.Database,
            Embedded = new EmbeddedPostgresOptions
            {
                DataDirectory = Path.Combine(builder.Environment.ContentRootPath, options.DataDirectory, "postgres"),
                ContentRoot = Path.GetDirectoryName(NpmPackages.Directory) ?? builder.Environment.ContentRootPath,
            },
            MigrationAssemblies = [typeof(DatabaseStart).Assembly],
            AsGuest = asGuest,
        };

        var logger = loggers.CreateLogger(typeof(DatabaseStart));
        var startedAt = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await Database.OpenAsync(databaseOptions, loggers, cancellationToken);
            }
            // Started together with its database server, as containers are, this process is often the faster one.
            catch (DatabaseUnavailableException e) when (TimeProvider.System.GetElapsedTime(startedAt) < Patience)
            {
                Log.DatabaseAwaited(logger, e.Message);
                await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    public static ServerOptions GetServerOptions(this ConfigurationManager configuration)
    {
        var options = configuration.GetSection(ServerOptions.Section).Get<ServerOptions>() ?? new ServerOptions();
        var result = new ServerOptionsCheck().Validate(name: null, options);
        return result.Succeeded ? options : throw new OptionsValidationException(nameof(ServerOptions), typeof(ServerOptions), result.Failures);
    }
}
