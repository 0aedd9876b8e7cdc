using AutoForge.Activities;
using AutoForge.Activities.Flow;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Tests.Workflows;

public sealed class ActivityCatalogueTests
{
    private static readonly ActivityCatalogue Catalogue = new([typeof(Flowchart).Assembly]);

    [Fact]
    public void All_StockActivities_SpeakToPeople()
    {
        Assert.True(Catalogue.All.Count > 25);
        Assert.All(Catalogue.All, descriptor =>
        {
            Assert.NotEqual("", descriptor.Description);
            Assert.Contains(descriptor.Category, new[] { "Triggers", "Actions", "Flow", "Data" });
            Assert.All(descriptor.Inputs, input => Assert.True(input.Attributes.Description.Length > 0, $"{descriptor.TypeName}.{input.Name}"));
        });
    }

    [Fact]
    public void Find_If_HasItsFieldsAndPorts()
    {
        var descriptor = Catalogue.Find("Elsa.If")!;

        Assert.Equal(["condition"], descriptor.Inputs.Select(input => input.Name));
        Assert.Equal(["result"], descriptor.Outputs.Select(output => output.Name));
        Assert.Equal(["then", "else"], descriptor.Ports);
        Assert.Equal(typeof(bool), descriptor.Inputs[0].ValueType);
        Assert.True(descriptor.IsContainer);
        Assert.False(descriptor.IsRecorded);
    }

    [Fact]
    public void Find_OutputNamedLikeAnInput_HasAKeyOfItsOwn()
    {
        var outputs = Catalogue.Find("AutoForge.HttpRequest")!.Outputs;

        Assert.Equal(["statusCode", "headers", "body"], outputs.Select(output => output.Name));
        Assert.Equal(["statusCode", "responseHeaders", "responseBody"], outputs.Select(output => output.Key));
    }

    [Fact]
    public void Find_EnumInput_OffersItsNames() =>
        Assert.Equal(["WaitAny", "WaitAll", "WaitAllActive"], Catalogue.Find("Elsa.FlowJoin")!.Inputs.Single().Options);

    [Fact]
    public void Constructor_TwoClassesOfOneType_IsRefused() =>
        Assert.Throws<InvalidOperationException>(() => new ActivityCatalogue([typeof(One), typeof(Two)]));

    [Activity("Test", "Same")]
    private sealed class One : Terminal;

    [Activity("Test", "Same")]
    private sealed class Two : Terminal;
}
