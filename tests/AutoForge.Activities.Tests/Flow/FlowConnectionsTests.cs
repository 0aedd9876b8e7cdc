using System.Text.Json;
using AutoForge.Activities.Flow;

namespace AutoForge.Activities.Tests.Flow;

public sealed class FlowConnectionsTests
{
    [Theory]
    [InlineData("""[{"source": {"activity": "a", "port": "True"}, "target": {"activity": "b", "port": "In"}}]""")]
    [InlineData("""{"source": {"activity": "a", "port": "True"}, "target": {"activity": "b", "port": "In"}}""")]
    [InlineData("""{"$values": [{"source": {"activity": "a", "port": "True"}, "target": {"activity": "b"}}]}""")]
    [InlineData("""[{"source": "a", "sourcePort": "True", "target": "b", "targetPort": "In"}]""")]
    [InlineData("""[{"Source": {"Activity": "a", "Port": "True"}, "Target": {"Activity": "b", "Port": "In"}}]""")]
    [InlineData("""[{"Source": "a", "SourcePort": "True", "Target": "b"}, {"source": {"activity": "a"}}, null, 7]""")]
    public void Read_AnyShape_GivesTheConnection(string json) =>
        Assert.Equal([new FlowConnection("a", "True", "b")], JsonSerializer.Deserialize<FlowConnections>(json)!);

    [Theory]
    [InlineData("""[{"source": {"activity": "a", "port": null}, "target": {"activity": "b"}}]""")]
    [InlineData("""[{"source": {"activity": "a"}, "target": {"activity": "b"}}]""")]
    [InlineData("""[{"source": "a", "target": "b"}]""")]
    public void Read_NoPort_IsDone(string json) =>
        Assert.Equal("Done", Assert.Single(JsonSerializer.Deserialize<FlowConnections>(json)!).Port);
}
