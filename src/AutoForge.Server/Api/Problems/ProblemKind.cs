namespace AutoForge.Server.Api.Problems;

/// <summary>One kind of problem: a row of <c>docs/problems.md</c>.</summary>
/// <param name="Code">Stable; callers match on it.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">The same for every occurrence.</param>
/// <param name="Advice">What the caller can do about it.</param>
internal sealed record ProblemKind(string Code, int Status, string Title, string Advice)
{
    public string Type => $"https://autoforge.dev/problems/{Code}";
}
