namespace AutoForge.Reliability.Checks;

/// <summary>What is wrong: a count and one example of each kind.</summary>
internal sealed class Findings
{
    private readonly Dictionary<string, (int Count, string Example)> _kinds = [];

    public bool AreNone => _kinds.Count == 0;

    /// <summary>Sentences for the verdict.</summary>
    public IReadOnlyList<string> Texts => [.. _kinds.Select(k => $"{k.Key}: {k.Value.Count}, first: {k.Value.Example}")];

    /// <param name="kind">The check that fails, always in the same words.</param>
    /// <param name="example">Of what.</param>
    public void Add(string kind, string example) =>
        _kinds[kind] = _kinds.TryGetValue(kind, out var known) ? (known.Count + 1, known.Example) : (1, example);

    public void AddIf(bool isWrong, string kind, string example)
    {
        if (isWrong)
            Add(kind, example);
    }
}
