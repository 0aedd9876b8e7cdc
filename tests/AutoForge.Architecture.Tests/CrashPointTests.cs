using AutoForge.Engine.Crashes;

namespace AutoForge.Architecture.Tests;

/// <summary>A crash point that no code passes would be killed in vain. Whether the load reaches it, the harness says.</summary>
public sealed class CrashPointTests
{
    [Fact]
    public void EveryPoint_IsPassedSomewhere() => Assert.Empty(Enum.GetNames<CrashPoint>().Except(Named(SourceFile.CSharp)));

    [Fact]
    public void Named_InTheEnumItself_DoesNotCount() =>
        Assert.Equal(["Settle"], Named(
        [
            new SourceFile("src/AutoForge.Engine/Crashes/X.cs", "CrashPoint.Accept"),
            new SourceFile("src/AutoForge.Engine/Runs/X.cs", "CrashPoint.Settle,"),
            new SourceFile("tests/X.cs", "CrashPoint.Start"),
        ]));

    private static IEnumerable<string> Named(IEnumerable<SourceFile> files) =>
        from file in files
        where file.Path.StartsWith("src/", StringComparison.Ordinal) && !file.Folder.EndsWith("/Crashes", StringComparison.Ordinal)
        from name in Enum.GetNames<CrashPoint>()
        where file.Code.Contains($"CrashPoint.{name}", StringComparison.Ordinal)
        select name;
}
