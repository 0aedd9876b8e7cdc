using System.Collections.Concurrent;

namespace AutoForge.Reliability.Load;

/// <summary>One event of a sender: it has one key, however often it is delivered.</summary>
internal sealed class Call(int number, Hook hook)
{
    private Guid _runId;

    public int Number { get; } = number;
    public Hook Hook { get; } = hook;
    public string Key => $"call-{Number}";

    /// <summary>The promise: what a 202 named. Null while nothing was promised.</summary>
    public Guid? RunId => _runId == Guid.Empty ? null : _runId;

    /// <summary>Notes a 202.</summary>
    /// <returns>False when an earlier one named another run.</returns>
    public bool Answer(Guid runId)
    {
        var first = _runId == Guid.Empty;
        if (first)
            _runId = runId;
        return first || _runId == runId;
    }
}

/// <summary>A payment that the provider tells of.</summary>
internal sealed record Payment(string Id, Guid AccountId, long Cents)
{
    /// <summary>The server has said that it is stored.</summary>
    public bool IsAnswered { get; set; }
}

/// <summary>Everything that was asked of the cluster, and what it promised.</summary>
internal sealed class CallBook
{
    private readonly ConcurrentQueue<Call> _calls = new();
    private readonly ConcurrentQueue<Payment> _payments = new();
    private readonly ConcurrentQueue<string> _contradictions = new();
    private int _last;

    public IReadOnlyList<Call> Calls => [.. _calls];

    public IReadOnlyList<Payment> Payments => [.. _payments];

    /// <summary>Answers that must not be given.</summary>
    public IReadOnlyCollection<string> Contradictions => _contradictions;

    public Call Begin(Hook hook)
    {
        var call = new Call(Interlocked.Increment(ref _last), hook);
        _calls.Enqueue(call);
        return call;
    }

    public void Answer(Call call, Guid runId)
    {
        if (!call.Answer(runId))
            Contradict($"the key {call.Key} was answered with the run {call.RunId} and then with {runId}");
    }

    public void Add(Payment payment) => _payments.Enqueue(payment);

    public void Contradict(string text) => _contradictions.Enqueue(text);
}
