using System.Text.Json.Nodes;

namespace AutoForge.Engine.Tests.Conformance;

/// <summary>Finds and reads the set of cases.</summary>
internal static class ConformanceSet
{
    public const string Variable = "AUTOFORGE_CONFORMANCE_DIR";

    private const string CasesFile = "cases.json";

    /// <summary>The folder from the environment, else <c>shared/elsa</c> in any folder above; null when there is none.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } configured)
            return Path.Exists(Path.Combine(configured, CasesFile)) ? configured : throw new FileNotFoundException($"{Variable} names a folder without {CasesFile}.", configured);

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "elsa");
            if (Path.Exists(Path.Combine(candidate, CasesFile)))
                return candidate;
        }

        return null;
    }

    public static IReadOnlyList<ConformanceCase> Read(string folder)
    {
        var set = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, CasesFile)))!;
        return [.. set["cases"]!.AsArray().Select(json => new ConformanceCase(json!.AsObject(), Path.Combine(folder, "definitions")))];
    }
}
