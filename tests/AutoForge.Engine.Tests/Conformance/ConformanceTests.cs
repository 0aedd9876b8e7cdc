using AutoForge.Activities.Flow;
using AutoForge.Engine.Expressions;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Tests.Conformance;

/// <summary>What the Elsa engine does with a set of documents, ours does too.</summary>
public sealed class ConformanceTests(ITestOutputHelper output)
{
    private static readonly ActivityCatalogue Catalogue = new([typeof(Flowchart).Assembly]);
    private static readonly ExpressionCompiler Expressions = new(StandardEvaluators.All());

    [Fact]
    public async Task WalkAsync_CasesOfElsa_GiveTheSameResult()
    {
        if (ConformanceSet.Find() is not { } folder)
        {
            Assert.Skip($"No set of cases: set {ConformanceSet.Variable} to a folder with cases.json and definitions/.");
            return;
        }

        var cases = ConformanceSet.Read(folder);
        var leftOut = new List<string>();
        var failures = new List<string>();
        foreach (var one in cases)
        {
            if (ReasonToLeaveOut(one) is { } reason)
                leftOut.Add($"{one.Name}: {reason}");
            else if (await DifferencesAsync(one) is { Count: > 0 } differences)
                failures.Add($"{one.Name} ({(one.IsTokenMode ? "token" : "counter")})\n    {string.Join("\n    ", differences)}");
        }

        var ran = cases.Count - leftOut.Count;
        Report([$"conformance: {ran - failures.Count} of {cases.Count}", $"left out: {leftOut.Count}", .. leftOut.Select(line => $"  {line}")]);
        Assert.True(ran > 0, "Not one case ran.");
        Assert.True(failures.Count == 0, $"{failures.Count} cases differ:\n{string.Join('\n', failures)}");
    }

    private static string? ReasonToLeaveOut(ConformanceCase one)
    {
        // A type that is no Elsa type and comes from no other document is meant to be unknown.
        var types = one.ActivityTypes.Where(type => Catalogue.Find(type) is null && (type.StartsWith("Elsa.", StringComparison.Ordinal) || one.Dependencies.Count > 0)).ToArray();
        if (types.Length > 0)
            return $"activity {string.Join(", ", types)}";

        var languages = one.ExpressionTypes.Where(type => !Expressions.IsKnown(type)).ToArray();
        if (languages.Length > 0)
            return $"expression {string.Join(", ", languages)}";

        if (one.Steps.FirstOrDefault(step => !ConformanceRun.CanDo(step)) is { } step)
            return $"operation {step["op"]}";

        var unknown = one.Expected.Select(entry => entry.Key).Where(name => !Expectations.IsKnown(name)).ToArray();
        return unknown.Length > 0 ? $"expectation {string.Join(", ", unknown)}" : null;
    }

    private static async Task<IReadOnlyList<string>> DifferencesAsync(ConformanceCase one)
    {
        try
        {
            var run = new ConformanceRun(one);
            return [.. Expectations.Differences(one.Expected, await run.RunAsync(), run.Workflow)];
        }
        catch (Exception exception) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return [exception.ToString()];
        }
    }

    private void Report(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            output.WriteLine(line);
            Console.WriteLine(line);
        }
    }
}
