using System.Text.RegularExpressions;

namespace AutoForge.Architecture.Tests;

/// <summary>Who may know whom inside a project.</summary>
public sealed partial class RoomTests
{
    // It maps the routes of every room.
    private const string CompositionRoot = "src/AutoForge.Server/AutoForgeServer.cs";

    [Fact]
    public void Studio_IsKnownInItsRoomOnly() => Assert.Empty(SourceFile.CSharp.Where(SpeaksOfStudio).Select(file => file.Path));

    [Fact]
    public void Jobs_KnowNoOtherRoomButStorage() => Assert.Empty(SourceFile.CSharp.Where(IsJobThatKnowsMore).Select(file => file.Path));

    [Theory]
    [InlineData("src/AutoForge.Engine/Runs/X.cs", "class StudioInstance;", true)]
    [InlineData("src/AutoForge.Sdk/Activities/X.cs", "/// <summary>For Studio.</summary>", true)]
    [InlineData("src/AutoForge.Server/Api/X.cs", "using AutoForge.Server.Studio;", true)]
    [InlineData("src/AutoForge.Server/Studio/X.cs", "class StudioInstance;", false)]
    [InlineData(CompositionRoot, "app.MapStudio();", false)]
    [InlineData("tests/AutoForge.Server.Tests/Studio/X.cs", "class StudioTests;", false)]
    public void SpeaksOfStudio_OfOneFile_IsTold(string path, string text, bool speaks) =>
        Assert.Equal(speaks, SpeaksOfStudio(new SourceFile(path, text)));

    [Theory]
    [InlineData("src/AutoForge.Engine/Jobs/X.cs", "using AutoForge.Engine.Runs;", true)]
    [InlineData("src/AutoForge.Engine/Jobs/X.cs", "Engine.Workflows.WorkflowStore store;", true)]
    [InlineData("src/AutoForge.Engine/Jobs/X.cs", "using AutoForge.Engine.Storage;", false)]
    [InlineData("src/AutoForge.Engine/Runs/X.cs", "using AutoForge.Engine.Workflows;", false)]
    public void IsJobThatKnowsMore_OfOneFile_IsTold(string path, string text, bool knows) =>
        Assert.Equal(knows, IsJobThatKnowsMore(new SourceFile(path, text)));

    private static bool SpeaksOfStudio(SourceFile file) =>
        file.Path.StartsWith("src/", StringComparison.Ordinal)
        && !file.Path.StartsWith("src/AutoForge.Server/Studio/", StringComparison.Ordinal)
        && file.Path != CompositionRoot
        && file.Text.Contains("Studio", StringComparison.Ordinal);

    private static bool IsJobThatKnowsMore(SourceFile file) =>
        file.Path.StartsWith("src/AutoForge.Engine/Jobs/", StringComparison.Ordinal) && OtherRoom().IsMatch(file.Code);

    [GeneratedRegex(@"\bEngine\.(Triggers|Runs|Steps|Ledger|Workflows|Expressions|Connections)\b")]
    private static partial Regex OtherRoom();
}
