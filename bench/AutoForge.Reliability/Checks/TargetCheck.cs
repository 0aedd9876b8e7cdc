using AutoForge.Reliability.Load;

namespace AutoForge.Reliability.Checks;

/// <summary>What reached the third party keeps what each step promises: at most once, or again with the same key.</summary>
internal static class TargetCheck
{
    public static void Run(CallBook book, IReadOnlyList<Arrival> arrivals, Dictionary<Guid, RunFacts> runs, Findings findings)
    {
        var byCall = arrivals.Where(arrival => arrival.Call >= 0).ToLookup(arrival => (arrival.Call, arrival.Path));
        foreach (var call in book.Calls)
        {
            var isSuccess = call.RunId is { } id && runs.TryGetValue(id, out var run) && run.IsSuccess;
            foreach (var path in PathsOf(call.Hook.Kind))
            {
                var seen = byCall[(call.Number, path)].ToArray();
                findings.AddIf(isSuccess && seen.Length == 0, "a success whose request was never sent", $"{call.Key} {path}");
                findings.AddIf(
                    call.Hook.Kind is Kind.Unsafe or Kind.Failing && seen.Length > 1,
                    "a request that must not be repeated was", $"{call.Key} {path}, {seen.Length} times");
                findings.AddIf(
                    seen.Select(arrival => arrival.IdempotencyKey).Distinct().Count() > 1, "a repeat with another key", $"{call.Key} {path}");
                findings.AddIf(
                    call.Hook.Kind == Kind.Keyed && seen.Any(arrival => arrival.IdempotencyKey is null), "a repeatable request without a key", $"{call.Key} {path}");
            }
        }
        foreach (var shared in arrivals.Where(a => a is { Call: >= 0, IdempotencyKey: not null }).GroupBy(a => a.IdempotencyKey).Where(g => g.DistinctBy(a => (a.Call, a.Path)).Count() > 1))
            findings.Add("two steps with one key", $"{shared.First().Path} {shared.First().Call}, {shared.Last().Path} {shared.Last().Call}");
    }

    private static string[] PathsOf(Kind kind) => kind switch
    {
        Kind.Safe => [Target.Safe, Target.SafeAgain],
        Kind.Unsafe => [Target.Unsafe],
        Kind.Keyed => [Target.Keyed],
        Kind.Failing => [Target.Failing],
        Kind.Resting => [Target.Rested, Target.RestedAgain],
        Kind.Gated => [Target.Gated],
        _ => [],
    };
}
