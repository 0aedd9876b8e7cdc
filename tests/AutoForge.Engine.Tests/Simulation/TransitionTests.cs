using AutoForge.Testing;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>The transitions that the simulation looks for are those of the document.</summary>
public sealed class TransitionTests
{
    private const string Header = "| from | to |";

    [Fact]
    public async Task All_OfTheSimulation_AreTheTablesOfTheDocument()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(RepositoryRoot.Find(), "docs", "state-machines.md"), TestContext.Current.CancellationToken);

        var documented = Read(lines).ToList();

        Assert.Equal(documented.Distinct().Count(), documented.Count);
        Assert.Equal(
            Transition.All.Select(t => t.ToString()).Order(StringComparer.Ordinal), documented.Select(t => t.ToString()).Order(StringComparer.Ordinal));
    }

    /// <summary>Tables that begin with <see cref="Header"/>, under the heading of their machine; a cell may name several states.</summary>
    private static IEnumerable<Transition> Read(IEnumerable<string> lines)
    {
        var (machine, isTable) = ("", false);
        foreach (var line in lines)
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                machine = line[3..];
            if (!line.StartsWith('|') || line.StartsWith(Header, StringComparison.Ordinal))
            {
                isTable = line.StartsWith('|');
                continue;
            }
            if (!isTable || line.StartsWith("|--", StringComparison.Ordinal))
                continue;
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            foreach (var from in cells[1].Split(", "))
            {
                foreach (var to in cells[2].Split(", "))
                    yield return new Transition(machine, from, to);
            }
        }
    }
}
