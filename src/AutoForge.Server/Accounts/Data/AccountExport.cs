using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AutoForge.Engine.Connections;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Workflows;
using AutoForge.Server.Accounts.Audit;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Accounts.Data;

/// <summary>Everything that an account has stored here, as a ZIP of JSON, without secrets. Streamed: its size does not matter.</summary>
internal sealed class AccountExport(ExportSources sources, AuditLog audit, IOptions<JsonOptions> json)
{
    private const int PageSize = 200;
    private static readonly byte[] LineEnd = "\n"u8.ToArray();

    /// <param name="profile">What the account's user says about themselves.</param>
    public async Task WriteAsync(Guid accountId, object profile, Stream target, CancellationToken cancellationToken)
    {
        await using var zip = await ZipArchive.CreateAsync(target, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        await AddAsync(zip, "profile.json", One(profile), cancellationToken);
        await AddAsync(zip, "workflows.jsonl", WorkflowsAsync(accountId, cancellationToken), cancellationToken);
        await AddAsync(zip, "connections.jsonl", Each(await sources.Connections.ListAsync(accountId, cancellationToken)), cancellationToken);
        await AddAsync(zip, "runs.jsonl", RunsAsync(accountId, cancellationToken), cancellationToken);
        await AddAsync(zip, "ledger.jsonl", LedgerAsync(accountId, cancellationToken), cancellationToken);
        await AddAsync(zip, "audit.jsonl", AuditAsync(accountId, cancellationToken), cancellationToken);
    }

    // One JSON value a line: neither writer nor reader holds a whole file in memory.
    private async Task AddAsync(ZipArchive zip, string name, IAsyncEnumerable<object> rows, CancellationToken cancellationToken)
    {
        await using var entry = await zip.CreateEntry(name).OpenAsync(cancellationToken);
        await foreach (var row in rows)
        {
            await JsonSerializer.SerializeAsync(entry, row, row.GetType(), json.Value.SerializerOptions, cancellationToken);
            await entry.WriteAsync(LineEnd, cancellationToken);
        }
    }

    private async IAsyncEnumerable<object> WorkflowsAsync(Guid accountId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (DateTimeOffset, string)? before = null;
        while (true)
        {
            var page = await sources.Workflows.ListAsync(accountId, before, PageSize, cancellationToken);
            foreach (var latest in page)
            {
                for (var version = 1; version < latest.Version; version++)
                {
                    // Deleted versions leave gaps.
                    if (await sources.Workflows.GetAsync(accountId, latest.DefinitionId, cancellationToken, version) is { } earlier)
                        yield return earlier;
                }
                yield return latest;
            }
            if (page.Count < PageSize)
                yield break;
            before = (page[^1].CreatedAt, page[^1].DefinitionId);
        }
    }

    private async IAsyncEnumerable<object> RunsAsync(Guid accountId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Guid? before = null;
        while (true)
        {
            var page = await sources.Runs.ListAsync(accountId, new RunFilter(), before, PageSize, cancellationToken);
            foreach (var run in page)
                yield return new ExportedRun(run, await sources.Runs.StepsAsync(accountId, run.Id, cancellationToken) ?? []);
            if (page.Count < PageSize)
                yield break;
            before = page[^1].Id;
        }
    }

    private async IAsyncEnumerable<object> LedgerAsync(Guid accountId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? before = null;
        while (true)
        {
            var page = await sources.Ledger.ListAsync(accountId, new LedgerFilter(), before, PageSize, cancellationToken);
            foreach (var entry in page)
                yield return entry;
            if (page.Count < PageSize)
                yield break;
            before = long.Parse(page[^1].Id, CultureInfo.InvariantCulture);
        }
    }

    private async IAsyncEnumerable<object> AuditAsync(Guid accountId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long? before = null;
        while (true)
        {
            var page = await audit.ListAsync(accountId, before, PageSize, cancellationToken);
            foreach (var row in page)
                yield return row;
            if (page.Count < PageSize)
                yield break;
            before = long.Parse(page[^1].Id, CultureInfo.InvariantCulture);
        }
    }

    private static IAsyncEnumerable<object> One(object value) => Each([value]);

    private static IAsyncEnumerable<object> Each(IEnumerable<object> values) => values.ToAsyncEnumerable();

    private sealed record ExportedRun(RunView Run, IReadOnlyList<StepView> Steps);
}

/// <summary>Where an export reads.</summary>
internal sealed record ExportSources(WorkflowStore Workflows, ConnectionStore Connections, RunQueries Runs, LedgerQueries Ledger);
