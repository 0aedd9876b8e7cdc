using System.Net;
using AutoForge.Engine.Connections;

namespace AutoForge.Engine.Tests.Connections;

public sealed class EgressPolicyTests
{
    [Theory]
    [InlineData("localhost", "localhost", 80, "127.0.0.1", true)]
    [InlineData("LOCALHOST", "localhost.", 80, "::1", true)]
    [InlineData("localhost:5001", "localhost", 5001, "127.0.0.1", true)]
    [InlineData("localhost:5001", "localhost", 5002, "127.0.0.1", false)]
    [InlineData("localhost", "localhost.evil.example", 80, "127.0.0.1", false)]
    [InlineData("localhost", "127.0.0.1", 80, "127.0.0.1", false)]
    [InlineData("127.0.0.1", "anything.example", 80, "127.0.0.1", true)]
    [InlineData("127.0.0.1", "anything.example", 80, "127.0.0.2", false)]
    [InlineData("127.0.0.1:8080", "127.0.0.1", 8080, "127.0.0.1", true)]
    [InlineData("127.0.0.1:8080", "127.0.0.1", 80, "127.0.0.1", false)]
    [InlineData("[::1]:8080", "::1", 8080, "::1", true)]
    [InlineData("[::1]:8080", "::1", 8081, "::1", false)]
    [InlineData("10.1.0.0/16", "db.internal", 25, "10.1.2.3", true)]
    [InlineData("10.1.0.0/16", "db.internal", 25, "10.2.0.1", false)]
    [InlineData("10.1.0.0/16", "db.internal", 25, "::ffff:10.1.2.3", true)]
    [InlineData("10.1.0.0/16", "db.internal", 25, "64:ff9b::a01:203", false)]
    [InlineData("fd00::/8", "db.internal", 25, "fd00:ec2::254", true)]
    public void Allows_PrivateAddress_OnlyWhenListed(string entry, string host, int port, string address, bool allowed) =>
        Assert.Equal(allowed, new EgressPolicy([entry]).Allows(host, port, IPAddress.Parse(address)));

    [Fact]
    public void Allows_PublicAddress_NeedsNoEntry() =>
        Assert.True(new EgressPolicy([]).Allows("example.com", 443, IPAddress.Parse("8.8.8.8")));

    [Theory]
    [InlineData("")]
    [InlineData("http://localhost")]
    [InlineData("localhost:0")]
    [InlineData("localhost:70000")]
    [InlineData("10.0.0.0/40")]
    [InlineData("*")]
    public void Constructor_UnreadableEntry_NamesTheSetting(string entry)
    {
        var e = Assert.Throws<AutoForgeException>(() => new EgressPolicy([entry]));
        Assert.Equal("invalid_allowed_host", e.Code);
        Assert.Contains("AutoForge:Egress:AllowedHosts", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_Always_TellsTheSettingButNotTheAddress()
    {
        var fault = EgressPolicy.Refusal("db.internal", 5432).Fault;
        Assert.Equal("address_not_allowed", fault.Code);
        Assert.Contains("AutoForge__Egress__AllowedHosts__0=db.internal:5432", fault.Message, StringComparison.Ordinal);
        Assert.False(fault.Retryable);
    }
}
