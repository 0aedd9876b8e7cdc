using System.Text.RegularExpressions;
using AutoForge.Testing;

namespace AutoForge.Architecture.Tests;

/// <summary>A text file of the repository that people write.</summary>
/// <param name="Path">From the root, with slashes.</param>
/// <param name="Text">As it stands.</param>
internal sealed partial record SourceFile(string Path, string Text)
{
    private static readonly string[] Extensions = [".cs", ".csproj", ".props", ".targets", ".sql", ".md", ".html", ".css", ".js", ".mjs", ".json", ".sh", ".yml"];
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", "data", "TestResults"];
    private static readonly Lazy<IReadOnlyList<SourceFile>> Everything = new(() => [.. Read()]);

    public static IReadOnlyList<SourceFile> All => Everything.Value;

    public static IEnumerable<SourceFile> CSharp => All.Where(file => file.Path.EndsWith(".cs", StringComparison.Ordinal));

    /// <summary>With slashes; <c>src/AutoForge.Engine/Ledger</c>.</summary>
    public string Folder => Path[..Path.LastIndexOf('/')];

    /// <summary>Without comments. A <c>//</c> inside a string goes too, which no rule here minds.</summary>
    public string Code => LineComments().Replace(Text, "");

    private static IEnumerable<SourceFile> Read()
    {
        var root = RepositoryRoot.Find();
        foreach (var top in new[] { "src", "tests", "samples", "docs", "bench" }.Select(name => System.IO.Path.Combine(root, name)).Where(Directory.Exists))
        {
            foreach (var path in Directory.EnumerateFiles(top, "*", SearchOption.AllDirectories))
            {
                var relative = System.IO.Path.GetRelativePath(root, path).Replace('\\', '/');
                if (Extensions.Contains(System.IO.Path.GetExtension(path)) && !relative.Split('/').Intersect(NotOurs).Any())
                    yield return new SourceFile(relative, File.ReadAllText(path));
            }
        }
    }

    [GeneratedRegex("//.*")]
    private static partial Regex LineComments();
}
