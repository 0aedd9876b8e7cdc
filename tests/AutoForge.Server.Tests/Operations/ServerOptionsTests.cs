using Microsoft.Extensions.Options;

namespace AutoForge.Server.Tests.Operations;

public sealed class ServerOptionsTests
{
    [Theory]
    [InlineData("AutoForge:PublicUrl=flows.example.com", "AutoForge:PublicUrl")]
    [InlineData("AutoForge:PublicUrl=https://flows.example.com/path", "AutoForge:PublicUrl")]
    [InlineData("AutoForge:PublicUrl=ftp://flows.example.com", "AutoForge:PublicUrl")]
    [InlineData("AutoForge:WelcomeCreditCents=-1", "AutoForge:WelcomeCreditCents")]
    [InlineData("AutoForge:DataDirectory= ", "AutoForge:DataDirectory")]
    public async Task Start_WithASettingThatWillNotDo_NamesIt(string setting, string named)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => TestNode.StartAsync("Host=nowhere", setting));

        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
    }
}
