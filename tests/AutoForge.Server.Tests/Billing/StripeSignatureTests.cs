using System.Text;
using AutoForge.Server.Billing.Stripe;
using AutoForge.Testing.Servers;

namespace AutoForge.Server.Tests.Billing;

/// <summary>reliability.md 21 and security.md, money: forged, stale and replayed events are told from real ones.</summary>
public sealed class StripeSignatureTests
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"id":"evt_1"}""");
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, true)]
    [InlineData(300, true)]
    [InlineData(-300, true)]
    [InlineData(301, false)]
    [InlineData(-301, false)]
    public void IsValid_ByAge_HasAToleranceEitherWay(int seconds, bool isValid) =>
        Assert.Equal(isValid, IsValid(StripeEvents.Sign(Body, Now.AddSeconds(seconds))));

    [Fact]
    public void IsValid_OneOfSeveralSignatures_IsEnough()
    {
        var old = StripeEvents.Sign(Body, Now, "whsec_old");
        var current = StripeEvents.Sign(Body, Now);

        Assert.True(IsValid($"{old},{current.Split(',')[1]}"));
        Assert.True(IsValid($"{current},v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39"));
        Assert.False(IsValid(old));
    }

    [Fact]
    public void IsValid_AnotherTimeThanTheSignedOne_IsForged()
    {
        var header = StripeEvents.Sign(Body, Now.AddHours(-1));
        var fresh = $"t={Now.ToUnixTimeSeconds()},{header.Split(',')[1]}";

        Assert.False(IsValid(fresh));
    }

    [Fact]
    public void IsValid_AnotherBody_IsForged() =>
        Assert.False(StripeSignature.IsValid(StripeEvents.Sign(Body, Now), "{}"u8, StripeEvents.WebhookSecret, Now));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("t=")]
    [InlineData("v1=00")]
    [InlineData("t=1772366400")]
    [InlineData("t=1772366400,v1=")]
    [InlineData("t=1772366400,v1=é")]
    [InlineData("t=99999999999999999999,v1=00")]
    [InlineData("t=-1,v1=00")]
    [InlineData("t,v1,=,")]
    public void IsValid_NotAHeader_IsForged(string? header) => Assert.False(IsValid(header));

    private static bool IsValid(string? header) => StripeSignature.IsValid(header, Body, StripeEvents.WebhookSecret, Now);
}
