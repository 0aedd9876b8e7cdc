using AutoForge.Engine.Storage;
using AutoForge.Engine.Workflows;

namespace AutoForge.Server.Billing.Plans;

/// <summary>
/// Ends grace periods that have run out, and carries a changed plan out on what an account already has. Any node may do
/// it: each account is done under the lock of its row, and twice comes to the same.
/// </summary>
internal sealed class PlanKeeper(Database database, WorkflowPublisher publisher, TimeProvider time, ILogger<PlanKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(60);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await RunOnceAsync(stoppingToken);
                }
                // The loop's edge: what failed now is found again in the next round.
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    Log.RoundFailed(logger, e);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shutdown.
        }
    }

    /// <summary>One round.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        while (await EndOneGraceAsync(cancellationToken))
        {
            // One account per transaction.
        }
        while (await SettleOneAsync(cancellationToken))
        {
            // As above.
        }
    }

    private async Task<bool> EndOneGraceAsync(CancellationToken cancellationToken)
    {
        await using var transaction = await BillingTransaction.BeginAsync(database, cancellationToken);
        await using var command = transaction.Command(
            """
            UPDATE subscriptions
            SET plan_id = 'free',
                status = 'ended',
                grace_until = NULL,
                settled = false,
                paused_workflows = 0,
                updated_at = now()
            WHERE account_id = (
                SELECT account_id
                FROM subscriptions
                WHERE grace_until < now()
                LIMIT 1
                FOR UPDATE SKIP LOCKED)
            RETURNING account_id
            """);
        if (await command.ExecuteScalarAsync(cancellationToken) is not Guid accountId)
            return false;
        await SubscriptionBook.ApplyAsync(transaction, accountId, await FreeAsync(transaction, cancellationToken), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Log.GraceEnded(logger, accountId);
        return true;
    }

    /// <summary>Switches off the youngest workflows, as many as are too many. Nothing is deleted.</summary>
    private async Task<bool> SettleOneAsync(CancellationToken cancellationToken)
    {
        await using var transaction = await BillingTransaction.BeginAsync(database, cancellationToken);
        await using var next = transaction.Command(
            """
            SELECT account_id, plan_id
            FROM subscriptions
            WHERE NOT settled
            ORDER BY updated_at
            LIMIT 1
            FOR UPDATE SKIP LOCKED
            """);
        var (accountId, planId) = (Guid.Empty, "");
        await using (var reader = await next.ExecuteReaderAsync(cancellationToken))
        {
            if (!await reader.ReadAsync(cancellationToken))
                return false;
            (accountId, planId) = (reader.GetGuid(0), reader.GetString(1));
        }
        var plan = (await PlanTable.ListAsync(transaction, cancellationToken)).First(p => p.Id == planId);
        await SubscriptionBook.ApplyAsync(transaction, accountId, plan, cancellationToken);

        var excess = await ExcessAsync(transaction, accountId, plan.Limits.Workflows, cancellationToken);
        foreach (var workflow in excess)
            await publisher.RetractAsync(accountId, workflow, cancellationToken);
        await transaction.ExecuteAsync(
            """
            UPDATE subscriptions
            SET settled = true,
                paused_workflows = paused_workflows + @paused
            WHERE account_id = @account
            """, cancellationToken, ("account", accountId), ("paused", excess.Count));
        // Crash before: some are switched off already, and the next round finds the rest.
        await transaction.CommitAsync(cancellationToken);
        if (excess.Count > 0)
            Log.WorkflowsPaused(logger, accountId, excess.Count, planId);
        return true;
    }

    private static async Task<IReadOnlyList<string>> ExcessAsync(
        BillingTransaction transaction, Guid accountId, int? most, CancellationToken cancellationToken)
    {
        if (most is null)
            return [];
        await using var command = transaction.Command(
            """
            SELECT w.id
            FROM workflows AS w
            WHERE w.account_id = @account
              AND w.deleted_at IS NULL
              AND EXISTS (SELECT FROM triggers AS t WHERE t.account_id = w.account_id AND t.workflow_id = w.id AND t.enabled)
            ORDER BY w.created_at, w.id
            OFFSET @most
            """, ("account", accountId), ("most", most.Value));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var ids = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            ids.Add(reader.GetString(0));
        return ids;
    }

    private static async Task<Plan> FreeAsync(BillingTransaction transaction, CancellationToken cancellationToken) =>
        (await PlanTable.ListAsync(transaction, cancellationToken)).First(plan => plan.Id == Plan.Free);
}
