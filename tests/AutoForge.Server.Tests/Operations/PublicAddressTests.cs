using AutoForge.Server.Operations;

namespace AutoForge.Server.Tests.Operations;

public sealed class PublicAddressTests
{
    [Theory]
    [InlineData("http://localhost:5000", "http://localhost:5000")]
    [InlineData("http://10.0.0.5:80/", "http://10.0.0.5:80")]
    [InlineData("http://*:5000", "http://localhost:5000")]
    [InlineData("http://+:5000", "http://localhost:5000")]
    [InlineData("http://0.0.0.0:8080", "http://localhost:8080")]
    [InlineData("https://[::]:8443", "https://localhost:8443")]
    public void Reachable_OfWhatTheServerListensOn_CanBeCalled(string listeningOn, string reachable) =>
        Assert.Equal(reachable, PublicAddress.Reachable(listeningOn));
}
