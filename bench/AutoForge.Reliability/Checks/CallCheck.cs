using AutoForge.Reliability.Load;

namespace AutoForge.Reliability.Checks;

/// <summary>Every 202 is one run, which has ended as a run of its workflow may end.</summary>
internal static class CallCheck
{
    public static void Run(CallBook book, Dictionary<Guid, RunFacts> runs, Findings findings)
    {
        foreach (var contradiction in book.Contradictions)
            findings.Add("an answer that must not be given", contradiction);

        var byKey = runs.Values.Where(run => run.TriggerType == "AutoForge.Webhook").ToLookup(run => (run.AccountId, run.DedupKey));
        foreach (var call in book.Calls)
        {
            var stored = byKey[(call.Hook.AccountId, call.Key)].ToArray();
            findings.AddIf(stored.Length > 1, "a key with more than one run", call.Key);
            if (call.RunId is not { } promised)
                continue;
            if (!runs.TryGetValue(promised, out var run))
            {
                findings.Add("a 202 whose run is lost", $"{call.Key}, run {promised}");
                continue;
            }
            findings.AddIf(stored is not [var only] || only.Id != promised, "a 202 whose key belongs to another run", $"{call.Key}, run {promised}");
            findings.AddIf(run.IsOpen, "a run that has not ended", $"{run.Id} is {run.Status}");
            if (!run.IsOpen)
                CheckEnd(call.Hook.Kind, run, findings);
        }

        var asked = book.Calls.Select(call => (call.Hook.AccountId, (string?)call.Key)).ToHashSet();
        foreach (var stray in byKey.Where(runs => !asked.Contains(runs.Key)).SelectMany(runs => runs))
            findings.Add("a run that nobody asked for", stray.Id.ToString());
    }

    private static void CheckEnd(Kind kind, RunFacts run, Findings findings)
    {
        var isRight = kind switch
        {
            Kind.Unsafe => run.IsSuccess || run is { Status: "Failed", FaultCode: "uncertain" },
            Kind.Failing => run is { Status: "Failed", FaultCode: "uncertain" or "http_status" },
            Kind.Cancelled => run.Status == "Cancelled",
            _ => run.IsSuccess,
        };
        findings.AddIf(!isRight, $"a run of the kind {kind} that ended as it must not", $"{run.Id} is {run.Status} {run.FaultCode}");
        findings.AddIf(run.IsSuccess != run.ChargedCents > 0, "a charge without success, or success without one", run.Id.ToString());
    }
}
