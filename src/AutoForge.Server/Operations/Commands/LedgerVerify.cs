using AutoForge.Engine.Ledger;
using AutoForge.Engine.Storage;

namespace AutoForge.Server.Operations.Commands;

/// <summary><c>autoforge ledger verify</c>: proves the invariants on the whole database.</summary>
internal static class LedgerVerify
{
    /// <returns>0 when all hold, 1 when one does not.</returns>
    public static async Task<int> RunAsync(Database database, TextWriter output, CancellationToken cancellationToken)
    {
        var results = await new LedgerVerifier(database).VerifyAsync(cancellationToken);
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
