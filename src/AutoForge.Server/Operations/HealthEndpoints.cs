using AutoForge.Engine.Storage;
using AutoForge.Server.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Operations;

internal static class HealthEndpoints
{
    private static readonly TimeSpan DatabaseLimit = TimeSpan.FromSeconds(2);

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api").WithTags("Operations").ForAnyone();
        group.MapGet("/health", Health).WithSummary("Whether the process is alive; touches nothing else");
        group.MapGet("/ready", ReadyAsync).WithSummary("Whether this node can do its work").Produces<Readiness>(StatusCodes.Status503ServiceUnavailable);
    }

    private static Ok<Liveness> Health() => TypedResults.Ok(new Liveness("ok"));

    private static async Task<JsonHttpResult<Readiness>> ReadyAsync(
        Database database, WorkerHeartbeat heartbeat, ILogger<Readiness> logger, CancellationToken cancellationToken)
    {
        var checks = new Checks(
            await CheckDatabaseAsync(database, logger, cancellationToken), CheckWorker(heartbeat), new Check(database.HasRoom ? Check.Ok : Check.Failed));
        var isReady = checks is { Database.Status: Check.Ok, Disk.Status: Check.Ok } && checks.Worker.Status != Check.Failed;
        return TypedResults.Json(
            new Readiness(isReady ? "ok" : "unavailable", checks),
            statusCode: isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<Check> CheckDatabaseAsync(Database database, ILogger logger, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(DatabaseLimit);
        try
        {
            await using var connection = await database.DataSource.OpenConnectionAsync(limit.Token);
            await using var select = connection.CreateCommand();
            select.CommandText = "SELECT 1";
            await select.ExecuteScalarAsync(limit.Token);
            return new Check(Check.Ok);
        }
        // The answer is the failure: whatever stops the question, the database is not there for runs either.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.DatabaseCheckFailed(logger, e);
            return new Check(Check.Failed);
        }
    }

    private static Check CheckWorker(WorkerHeartbeat heartbeat) => heartbeat.Age switch
    {
        null => new Check("absent"),
        { } age => new Check(age <= WorkerHeartbeat.Oldest ? Check.Ok : Check.Failed, Math.Round(age.TotalSeconds, 1)),
    };

    internal sealed record Liveness(string Status);

    internal sealed record Readiness(string Status, Checks Checks);

    internal sealed record Checks(Check Database, Check Worker, Check Disk);

    internal sealed record Check(string Status, double? AgeSeconds = null)
    {
        public const string Ok = "ok";
        public const string Failed = "failed";
    }
}
