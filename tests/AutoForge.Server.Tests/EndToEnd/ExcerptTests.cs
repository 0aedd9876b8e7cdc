using System.Text.RegularExpressions;
using AutoForge.Testing;

namespace AutoForge.Server.Tests.EndToEnd;

/// <summary>
/// C# in the README is copied from <c>samples/</c>, which is compiled and run. An excerpt follows
/// <c>&lt;!-- samples/File.cs#name --&gt;</c>; in the sample it stands between <c>// &lt;name&gt;</c> and <c>// &lt;/name&gt;</c>.
/// </summary>
public sealed partial class ExcerptTests
{
    [Fact]
    public async Task Readme_EveryExcerpt_IsTheSampleWordForWord()
    {
        var readme = await ReadAsync("README.md");
        var excerpts = Excerpt().Matches(readme);

        Assert.NotEmpty(excerpts);
        // Code that comes from nowhere is compiled by nobody.
        Assert.Equal(Fence().Count(readme), excerpts.Count);
        foreach (Match excerpt in excerpts)
        {
            var (file, name, code) = (excerpt.Groups["file"].Value, excerpt.Groups["name"].Value, excerpt.Groups["code"].Value);
            Assert.Equal(Between(await ReadAsync(file), name), code);
        }
    }

    [Theory]
    [InlineData("x\n// <a>\none\n  two\n// </a>\ny\n", "one\n  two\n")]
    [InlineData("// <b>\n// </b>\n// <a>\none\n// </a>\n", "one\n")]
    public void Between_Markers_IsWhatStandsThere(string sample, string expected) => Assert.Equal(expected, Between(sample, "a"));

    [Fact]
    public void Between_MissingMarker_Throws() => Assert.Throws<InvalidOperationException>(() => Between("// <a>\none\n", "a"));

    private static string Between(string sample, string name)
    {
        var (begin, end) = ($"// <{name}>\n", $"// </{name}>");
        var from = sample.IndexOf(begin, StringComparison.Ordinal);
        var to = sample.IndexOf(end, StringComparison.Ordinal);
        return from >= 0 && to > from ? sample[(from + begin.Length)..to] : throw new InvalidOperationException($"The sample has no part named '{name}'.");
    }

    private static Task<string> ReadAsync(string path) =>
        File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Find(), path), TestContext.Current.CancellationToken);

    [GeneratedRegex("<!-- (?<file>samples/[^#]+)#(?<name>[a-z-]+) -->\n```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Excerpt();

    [GeneratedRegex("^```csharp$", RegexOptions.Multiline)]
    private static partial Regex Fence();
}
