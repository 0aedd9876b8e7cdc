using System.Text.RegularExpressions;

namespace AutoForge.Architecture.Tests;

/// <summary>A table is written by one folder.</summary>
public sealed partial class TableTests
{
    [Fact]
    public void EveryTable_IsWrittenByOneFolder()
    {
        var files = SourceFile.CSharp.Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(files.SelectMany(TablesWrittenBy));
        Assert.Empty(WrittenByMoreThanOne(files));
    }

    [Fact]
    public void WrittenByMoreThanOne_WithASecondWriter_NamesTheTable()
    {
        SourceFile[] files =
        [
            new("src/A/One.cs", "INSERT INTO\n    runs (id)"),
            new("src/A/Two.cs", "UPDATE runs AS r\nSET status = 'x'"),
            new("src/B/Three.cs", "DELETE FROM runs"),
            new("src/B/Four.cs", "SELECT id FROM jobs FOR UPDATE SKIP LOCKED"),
            new("src/C/Five.cs", "INSERT INTO jobs (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2"),
        ];

        Assert.Equal(["runs: src/A, src/B"], WrittenByMoreThanOne(files));
    }

    [Theory]
    [InlineData("MERGE INTO steps", "steps")]
    [InlineData("TRUNCATE TABLE steps", "steps")]
    [InlineData("COPY steps (id) FROM STDIN", "steps")]
    [InlineData("user.ToTable(\"users\")", "users")]
    [InlineData("// UPDATE runs SET", null)]
    public void TablesWrittenBy_OneStatement_IsItsTable(string text, string? table) =>
        Assert.Equal(table is null ? [] : [table], TablesWrittenBy(new SourceFile("src/A/X.cs", text)));

    private static IEnumerable<string> WrittenByMoreThanOne(IEnumerable<SourceFile> files) =>
        from file in files
        from table in TablesWrittenBy(file)
        group file.Folder by table into writers
        where writers.Distinct().Count() > 1
        select $"{writers.Key}: {string.Join(", ", writers.Distinct().Order())}";

    private static IEnumerable<string> TablesWrittenBy(SourceFile file) =>
        Write().Matches(file.Code).Select(match => match.Groups["table"].Value).Distinct();

    [GeneratedRegex(
        """
        \b(?:INSERT\s+INTO|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE(?:\s+TABLE)?)\s+(?<table>[a-z_]+)
        |\bUPDATE\s+(?<table>[a-z_]+)(?:\s+(?:AS\s+)?[a-z_]+)?\s+SET\b
        |\bCOPY\s+(?<table>[a-z_]+)\s*(?:\([^)]*\)\s*)?FROM\b
        |\bToTable\("(?<table>[a-z_]+)"\)
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Write();
}
