using System.Text.RegularExpressions;

namespace AutoForge.Architecture.Tests;

/// <summary>What holds for every file.</summary>
public sealed partial class FileTests
{
    private const int MostLines = 400;

    [Fact]
    public void Namespace_OfEveryFile_IsItsFolder() => Assert.Empty(SourceFile.CSharp.Where(HasForeignNamespace).Select(file => file.Path));

    [Fact]
    public void Length_OfEveryFile_IsAtMost400Lines() => Assert.Empty(SourceFile.CSharp.Where(IsTooLong).Select(file => file.Path));

    [Fact]
    public void Plans_AreNowhere() => Assert.Empty(SourceFile.All.Where(HoldsAPlan).Select(file => file.Path));

    [Fact]
    public void Regions_AreNowhere() => Assert.Empty(SourceFile.CSharp.Where(HasRegion).Select(file => file.Path));

    [Theory]
    [InlineData("src/AutoForge.Engine/Ledger/X.cs", "AutoForge.Engine.Ledger", false)]
    [InlineData("src/AutoForge.Engine/Ledger/X.cs", "AutoForge.Engine", true)]
    [InlineData("src/AutoForge.Engine/Storage/Embedded/X.cs", "AutoForge.Engine.Storage", true)]
    [InlineData("src/AutoForge.Sdk/Activities/X.cs", "AutoForge.Activities", false)]
    [InlineData("src/AutoForge.Sdk/X.cs", "AutoForge.Sdk", true)]
    public void HasForeignNamespace_OfOneFile_IsTold(string path, string ns, bool isForeign) =>
        Assert.Equal(isForeign, HasForeignNamespace(new SourceFile(path, $"namespace {ns};\n")));

    [Fact]
    public void HasForeignNamespace_OfAFileWithoutOne_IsTrueUnlessItIsTheProgram()
    {
        Assert.True(HasForeignNamespace(new SourceFile("src/AutoForge.Engine/X.cs", "class X;")));
        Assert.False(HasForeignNamespace(new SourceFile("src/AutoForge.Server/Program.cs", "return 0;")));
    }

    [Theory]
    [InlineData(400, false)]
    [InlineData(401, true)]
    public void IsTooLong_ByLines_IsTold(int lines, bool isTooLong) =>
        Assert.Equal(isTooLong, IsTooLong(new SourceFile("src/X.cs", string.Concat(Enumerable.Repeat("x\n", lines)))));

    [Fact]
    public void HoldsAPlan_InAnyFile_IsTold()
    {
        Assert.True(HoldsAPlan(new SourceFile("docs/x.md", "A " + "TO" + "DO is here.")));
        Assert.False(HoldsAPlan(new SourceFile("docs/x.md", "To do is to be.")));
        Assert.True(HasRegion(new SourceFile("src/X.cs", "    #" + "region Fields\n")));
    }

    private static bool HasForeignNamespace(SourceFile file)
    {
        var declared = Namespace().Match(file.Text);
        if (!declared.Success)
            return !file.Path.EndsWith("/Program.cs", StringComparison.Ordinal);
        var folders = file.Folder.Split('/')[1..];
        // The Sdk is what callers write against, so its names are the shortest.
        var expected = string.Join('.', folders).Replace("AutoForge.Sdk", "AutoForge", StringComparison.Ordinal);
        if (folders[0].EndsWith(".Tests", StringComparison.Ordinal))
            expected = string.Join('.', folders);
        return declared.Groups[1].Value != expected;
    }

    private static bool IsTooLong(SourceFile file) => file.Text.AsSpan().TrimEnd('\n').Count('\n') + 1 > MostLines;

    private static bool HoldsAPlan(SourceFile file) => Plan().IsMatch(file.Text);

    private static bool HasRegion(SourceFile file) => Region().IsMatch(file.Text);

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\b(TO[D]O|FIX[M]E|HA[C]K|XX[X])\b")]
    private static partial Regex Plan();

    [GeneratedRegex(@"^\s*#region\b", RegexOptions.Multiline)]
    private static partial Regex Region();
}
