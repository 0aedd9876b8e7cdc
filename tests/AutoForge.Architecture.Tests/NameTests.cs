using System.Text.RegularExpressions;

namespace AutoForge.Architecture.Tests;

/// <summary>Types are nouns of the domain; these endings say nothing.</summary>
public sealed partial class NameTests
{
    // This file's own samples are bad on purpose.
    [Fact]
    public void Types_EndInAWordThatMeansSomething() =>
        Assert.Empty(SourceFile.CSharp.Where(file => !file.Path.EndsWith("/NameTests.cs", StringComparison.Ordinal)).SelectMany(file => Meaningless(file).Select(name => $"{file.Path}: {name}")));

    [Fact]
    public void Meaningless_Names_AreFound()
    {
        var file = new SourceFile("src/X.cs",
            """
            // class CommentedManager
            internal sealed class RunManager(Database database);
            public record struct RunHelper<T>(T Value);
            internal interface IRunService;
            internal abstract class EndpointBase;
            public sealed class Database;
            internal sealed record RunServices;
            """);

        Assert.Equal(["RunManager", "RunHelper", "IRunService", "EndpointBase"], Meaningless(file));
    }

    private static IEnumerable<string> Meaningless(SourceFile file) => Declaration().Matches(file.Code).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"\b(?:class|record|struct|interface|enum|delegate\s+\w+)\s+(\w*(?:Manager|Helpers?|Util|Utils|Utility|Utilities|Common|Base|Impl|Service|Processor))\b")]
    private static partial Regex Declaration();
}
