using System.Text.Json.Nodes;
using AutoForge.Activities.Triggers;
using AutoForge.Engine.Expressions;
using AutoForge.Engine.Prices;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Tests.Workflows;

public sealed class DocumentNodesTests
{
    private static readonly ActivityCatalogue Catalogue = new([typeof(Webhook).Assembly]);

    // The journal of a run and the designer must mean the same node by the same path.
    [Theory]
    [InlineData("""{"type":"Elsa.Flowchart","id":"f","activities":[{"id":"a","type":"Elsa.WriteLine"},{"type":"Elsa.WriteLine"},{"id":"a","type":"X","body":{"id":"hidden","type":"Elsa.WriteLine"}}]}""")]
    [InlineData("""{"type":"Elsa.ForEach","body":{"type":"Elsa.Sequence","activities":[{"type":"Elsa.If","then":{"id":"t","type":"Elsa.WriteLine"},"else":{"type":"Elsa.WriteLine"}}]}}""")]
    [InlineData("""{"type":"Elsa.Switch","id":"s","cases":[{"label":"a","activity":{"id":"x","type":"Elsa.WriteLine"}},{"label":"b"}],"default":{"id":"d","type":"Elsa.WriteLine"}}""")]
    [InlineData("""{"type":"Elsa.Flowchart","activities":null}""")]
    public void Read_AnyTree_NamesNodesAsTheCompilerDoes(string root)
    {
        var document = new JsonObject { ["name"] = "w", ["root"] = JsonNode.Parse(root) };
        var compiled = new WorkflowCompiler(Catalogue, new ExpressionCompiler(StandardEvaluators.All()), () => PriceList.Original).Compile(document);

        var nodes = DocumentNodes.Read(Catalogue, (JsonObject)document["root"]!);

        Assert.Equal(compiled.Activities.Select(node => (node.Activity.Id, node.Activity.NodeId)), nodes.Select(node => (node.Id, node.NodeId)));
    }
}
