using System.Reflection;
using System.Xml.Linq;

namespace AutoForge.Architecture.Tests;

/// <summary>The Sdk is read in an editor: what is public is documented.</summary>
public sealed class SdkTests
{
    [Fact]
    public void EveryPublicType_IsDocumented()
    {
        var sdk = Assembly.Load("AutoForge.Sdk");
        var documentation = XDocument.Load(Path.ChangeExtension(sdk.Location, ".xml"));

        Assert.NotEmpty(sdk.GetExportedTypes());
        Assert.Empty(Undocumented(sdk.GetExportedTypes(), documentation));
    }

    [Fact]
    public void Undocumented_TypeWithoutASummary_IsFound()
    {
        var documentation = XDocument.Parse(
            $"""<doc><members><member name="T:{typeof(Ids).FullName}"><summary> </summary></member></members></doc>""");

        Assert.Equal([typeof(Ids).FullName!, typeof(AutoForgeException).FullName!], Undocumented([typeof(Ids), typeof(AutoForgeException)], documentation));
    }

    private static IEnumerable<string> Undocumented(IEnumerable<Type> types, XDocument documentation)
    {
        var documented = documentation.Descendants("member")
            .Where(member => member.Element("inheritdoc") is not null || !string.IsNullOrWhiteSpace(member.Element("summary")?.Value))
            .Select(member => member.Attribute("name")!.Value)
            .ToHashSet();
        return types.Select(type => type.FullName!.Replace('+', '.')).Where(name => !documented.Contains($"T:{name}"));
    }
}
