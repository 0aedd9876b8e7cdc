using System.Reflection;
using System.Xml.Linq;
using AutoForge.Testing;

namespace AutoForge.Architecture.Tests;

/// <summary>Sdk ← Activities, Sdk ← Engine, all ← Server.</summary>
public sealed class ProjectTests
{
    private static readonly string[] Web = ["Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore"];

    /// <summary>What an assembly must not refer to: names, or beginnings of names.</summary>
    private static readonly Dictionary<string, string[]> Forbidden = new()
    {
        ["AutoForge.Sdk"] = ["AutoForge", "Npgsql", .. Web],
        ["AutoForge.Activities"] = ["AutoForge.Engine", "AutoForge.Server", "Npgsql", .. Web],
        ["AutoForge.Engine"] = ["AutoForge.Activities", "AutoForge.Server", .. Web],
    };

    /// <summary>The projects that a project may name.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["AutoForge.Sdk"] = [],
        ["AutoForge.Activities"] = ["AutoForge.Sdk"],
        ["AutoForge.Engine"] = ["AutoForge.Sdk"],
    };

    [Theory]
    [InlineData("AutoForge.Sdk")]
    [InlineData("AutoForge.Activities")]
    [InlineData("AutoForge.Engine")]
    public void Assembly_RefersOnlyToWhatItMay(string name)
    {
        var referenced = Assembly.Load(name).GetReferencedAssemblies().Select(reference => reference.Name!);

        Assert.Empty(Violations(name, referenced));
    }

    [Theory]
    [InlineData("AutoForge.Sdk")]
    [InlineData("AutoForge.Activities")]
    [InlineData("AutoForge.Engine")]
    public void Project_NamesOnlyWhatItMay(string name)
    {
        var project = XDocument.Load(Path.Combine(RepositoryRoot.Find(), "src", name, name + ".csproj"));

        Assert.Empty(Violations(name, project));
    }

    [Fact]
    public void Violations_OfAnEngineThatKnowsTheWeb_AreFound()
    {
        var project = XDocument.Parse(
            """
            <Project>
              <ItemGroup>
                <FrameworkReference Include="Microsoft.AspNetCore.App" />
                <PackageReference Include="Microsoft.EntityFrameworkCore" />
                <ProjectReference Include="../AutoForge.Activities/AutoForge.Activities.csproj" />
                <ProjectReference Include="../AutoForge.Sdk/AutoForge.Sdk.csproj" />
              </ItemGroup>
            </Project>
            """);

        Assert.Equal(["AutoForge.Activities", "Microsoft.AspNetCore.App", "Microsoft.EntityFrameworkCore"], Violations("AutoForge.Engine", project).Order());
        Assert.Equal(["Microsoft.AspNetCore.Http"], Violations("AutoForge.Engine", ["System.Runtime", "Npgsql", "AutoForge.Sdk", "Microsoft.AspNetCore.Http"]));
        Assert.Equal(["AutoForge.Engine", "Npgsql"], Violations("AutoForge.Sdk", ["System.Runtime", "AutoForge.Engine", "Npgsql"]));
    }

    private static IEnumerable<string> Violations(string name, IEnumerable<string> references) =>
        references.Where(reference => Forbidden[name].Any(forbidden => reference == forbidden || reference.StartsWith(forbidden + ".", StringComparison.Ordinal)));

    private static IEnumerable<string> Violations(string name, XDocument project)
    {
        string[] Named(string element) => [.. project.Descendants(element).Select(item => item.Attribute("Include")!.Value)];

        return Named("ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path)).Except(Allowed[name])
            .Concat(Violations(name, [.. Named("PackageReference"), .. Named("FrameworkReference")]));
    }
}
