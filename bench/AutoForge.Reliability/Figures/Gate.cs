using System.Collections.Concurrent;
using AutoForge.Reliability.Load;
using AutoForge.Reliability.Nodes;

namespace AutoForge.Reliability.Figures;

/// <summary>Holds the requests of some calls at the target and answers each with the number of its arrival, when told to.</summary>
internal sealed class Gate
{
    private readonly HashSet<int> _calls;
    private readonly ConcurrentDictionary<int, int> _arrivals = new();
    private readonly TaskCompletionSource _first = New();
    private readonly TaskCompletionSource _later = New();

    public Gate(Cluster cluster, IEnumerable<Call> calls)
    {
        _calls = [.. calls.Select(call => call.Number)];
        cluster.Target.OnGated = AnswerAsync;
    }

    /// <summary>How many calls have had at least that many requests.</summary>
    public int Arrived(int times) => _arrivals.Values.Count(count => count >= times);

    /// <summary>Lets the first request of each call be answered.</summary>
    public void OpenFirst() => _first.TrySetResult();

    /// <summary>Lets repeats be answered.</summary>
    public void OpenLater() => _later.TrySetResult();

    private async Task<string> AnswerAsync(int call)
    {
        // One of an earlier gate, which has come late.
        if (!_calls.Contains(call))
            return """{"arrival":"late"}""";
        var number = _arrivals.AddOrUpdate(call, 1, (_, count) => count + 1);
        await (number == 1 ? _first : _later).Task;
        return $$"""{"arrival":{{number}}}""";
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
