namespace AutoForge.Reliability.Broken;

/// <summary>One exact change of one file.</summary>
/// <param name="Text">Must be in the file exactly once: when the code moves on, the breakage must move with it.</param>
internal sealed record Edit(string File, string Text, string Replacement)
{
    /// <exception cref="InvalidOperationException">The text is not there exactly once.</exception>
    public string ApplyTo(string text) => text.Split(Text).Length == 2
        ? text.Replace(Text, Replacement, StringComparison.Ordinal)
        : throw new InvalidOperationException($"{File} does not hold exactly once: {Text}");
}

/// <summary>A promise taken out of the source, and the figure that must notice.</summary>
internal sealed record Breakage(string Name, string Figure, double Minutes, params IReadOnlyList<Edit> Edits)
{
    /// <summary>Crash points of F3, when not all are needed.</summary>
    public string? Points { get; init; }

    private const string Engine = "src/AutoForge.Engine/";

    /// <summary>So that nobody moves the code away from under a breakage unnoticed.</summary>
    /// <exception cref="InvalidOperationException">One of them cannot be made any more.</exception>
    public static void RequireAllPossible(string root)
    {
        foreach (var edit in All.SelectMany(breakage => breakage.Edits))
            edit.ApplyTo(File.ReadAllText(Path.Combine(root, edit.File)));
    }

    public static IReadOnlyList<Breakage> All { get; } =
    [
        new("no fencing predicate", "F4", 0.5,
            new(Engine + "Jobs/JobQueue.cs",
                "SELECT j.id, j.attempt, j.has_place",
                "SELECT j.id, l.attempt, j.has_place"),
            // Of the fence alone: the renewal asks the same, further in.
            new(Engine + "Jobs/JobQueue.cs",
                "\n        WHERE j.attempt = l.attempt\n          AND j.lease_owner = @node",
                ""),
            new(Engine + "Jobs/JobQueue.cs", "RETURNING j.id, j.attempt, j.has_place", "RETURNING j.id, l.attempt, j.has_place"),
            new(Engine + "Jobs/JobQueue.cs", "\n          AND j.attempt = l.attempt\n          AND j.lease_owner = @node", "")),
        new("attempts counted on failure only", "poison", 0,
            new Edit(Engine + "Jobs/JobQueue.cs", "tries = j.tries + 1,", "tries = j.tries,")),
        new("lease by node clock", "clocks", 0,
            new Edit(Engine + "Jobs/JobQueue.cs", "SET due_at = now() + @lease", "SET due_at = @clock + @lease"),
            new Edit(Engine + "Jobs/JobQueue.cs",
                "var ours = new Dictionary",
                """command.Parameters.AddWithValue("clock", time.GetUtcNow()); var ours = new Dictionary""")),
        new("answer before commit", "F1", 0.5,
            new Edit(Engine + "Runs/RunCommits.cs", "using var connection =", "var connection ="),
            new Edit(Engine + "Runs/RunCommits.cs", "using var transaction =", "var transaction ="),
            new Edit(Engine + "Runs/RunCommits.cs",
                "accounts)\n            return null;", "accounts) { transaction.Dispose(); connection.Dispose(); return null; }"),
            new Edit(Engine + "Runs/RunCommits.cs",
                "// 3\n        using var batch =", "// 3\n        var batch ="),
            new Edit(Engine + "Runs/RunCommits.cs",
                "var storing = batch.ExecuteNonQueryAsync();",
                """
                _ = Task.Run(async () =>
                {
                    await Task.Delay(30);
                    batch.ExecuteNonQuery();
                    transaction.Dispose();
                    connection.Dispose();
                });
                """),
            new Edit(Engine + "Runs/RunCommits.cs", "storing.GetAwaiter().GetResult();", "")),
        new("commit answered before it is durable", "F2", 3,
            new Edit(Engine + "Storage/Database.cs",
                "-c plan_cache_mode=force_generic_plan", "-c plan_cache_mode=force_generic_plan -c synchronous_commit=off")),
        new("hold without release on fail", "F1", 0,
            new Edit(Engine + "Runs/RunWriteGroup.cs", "_kept.Where(w => w.IsTerminal))", "_kept.Where(w => w.Status == RunStatus.Succeeded))")),
        new("schedule without unique due", "F1", 0,
            new Edit(Engine + "Triggers/ScheduleClock.cs", "DedupKey = KeyOf(dueAt),", "DedupKey = KeyOf(dueAt) + Ids.NewText(),")),
        new("effect before its START", "F3", 0,
            new Edit(Engine + "Steps/DurableJournal.cs", "=> flush(dirty, cancellationToken);", "=> default;"),
            new Edit(Engine + "Runs/HeadStart.cs", "Steps => _steps ?? [];", "Steps => [];"))
        { Points = "release" },
        new("dedup row before its work", "F3", 0,
            new Edit("src/AutoForge.Server/Billing/Events/StripeEventIntake.cs",
                """
                return;
                        await FinishAsync(transaction, received, cancellationToken);
                """,
                """
                return;
                        await transaction.CommitAsync(cancellationToken);
                        await using var work = await BillingTransaction.BeginAsync(database, cancellationToken);
                        await FinishAsync(work, received, cancellationToken);
                """))
        { Points = "payment" },
        new("no unique settlement", "F1", 0,
            new Edit(Engine + "Storage/Migrations/0001_engine.sql",
                "CREATE UNIQUE INDEX ledger_entries_one_settlement", "CREATE INDEX ledger_entries_one_settlement")),
    ];
}
