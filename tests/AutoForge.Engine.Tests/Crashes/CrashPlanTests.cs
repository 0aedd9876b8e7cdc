using AutoForge.Engine.Crashes;

namespace AutoForge.Engine.Tests.Crashes;

public sealed class CrashPlanTests
{
    [Fact]
    public void Parse_EveryPointAndSide_IsReadAsItIsWritten()
    {
        foreach (var point in Enum.GetValues<CrashPoint>())
        {
            foreach (var side in Enum.GetValues<CommitSide>())
                Assert.Equal(new CrashPlan(point, side, 3), CrashPlan.Parse(new CrashPlan(point, side, 3).ToString()));
        }
        Assert.Equal("settle:before:3", new CrashPlan(CrashPoint.Settle, CommitSide.Before, 3).ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("settle")]
    [InlineData("settle:before")]
    [InlineData("settle:before:0")]
    [InlineData("settle:before:-1")]
    [InlineData("settle:before:1:2")]
    [InlineData("Settle:before:1")]
    [InlineData("3:before:1")]
    [InlineData("settle:0:1")]
    [InlineData("elsewhere:before:1")]
    public void Parse_AnythingElse_ArmsNothing(string? text) => Assert.Null(CrashPlan.Parse(text));

    [Fact]
    public void Pass_Unarmed_ThisProcessLives()
    {
        Assert.False(CrashPoints.AreArmed);
        foreach (var point in Enum.GetValues<CrashPoint>())
            CrashPoints.Pass(point, CommitSide.Before);
    }
}
