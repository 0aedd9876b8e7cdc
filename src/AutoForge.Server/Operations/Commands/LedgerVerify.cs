using AutoForge.Engine.Ledger;
using AutoForge.Engine.Storage;
using AutoForge.Server.Billing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoForge.Server.Operations.Commands;

/// <summary><c>ledger verify</c>: proves the invariants on the whole database, beside a running server or without one.</summary>
internal static class LedgerVerify
{
    /// <summary>Starts neither web server nor worker, and changes nothing. What it finds is all it writes: no log.</summary>
    /// <returns>0 when all hold, 1 when one does not.</returns>
    public static async Task<int> RunAsync(WebApplicationBuilder builder, TextWriter output)
    {
        await using var database = await builder.OpenDatabaseAsync(NullLoggerFactory.Instance, asGuest: true);
        return await RunAsync(database, output, CancellationToken.None);
    }

    /// <returns>0 when all hold, 1 when one does not.</returns>
    public static async Task<int> RunAsync(Database database, TextWriter output, CancellationToken cancellationToken)
    {
        var results = await new LedgerVerifier(database, BillingInvariants.All).VerifyAsync(cancellationToken);
        foreach (var result in results)
        {
            await output.WriteLineAsync(result.Violations == 0
                ? $"{result.Id} ok        {result.Statement}"
                : $"{result.Id} VIOLATED  {result.Statement} {result.Violations} times, first: {result.Example}");
        }
        var violated = results.Count(r => r.Violations > 0);
        await output.WriteLineAsync(violated == 0 ? "ledger verify: clean" : $"ledger verify: {violated} of {results.Count} invariants violated");
        return violated == 0 ? 0 : 1;
    }
}
