using AutoForge.Engine.Ledger;

namespace AutoForge.Engine.Tests.Ledger;

/// <summary>The arithmetic of an account's places (reliability 10).</summary>
public sealed class PlacesTests
{
    [Theory]
    // Free, full, full by the default, nobody overtakes the parked, a plan of nothing still works off one by one.
    [InlineData(1, 0, 2, true)]
    [InlineData(2, 0, 2, false)]
    [InlineData(3, 0, null, false)]
    [InlineData(1, 1, 2, false)]
    [InlineData(0, 0, 0, true)]
    [InlineData(1, 0, 0, false)]
    public void With_ForOneMore_IsAPlaceOrAParkedRun(int taken, int parked, int? limit, bool expected)
    {
        var after = new Places(taken, parked, limit).With(defaultLimit: 3, out var hasPlace);

        Assert.Equal(expected, hasPlace);
        Assert.Equal((taken + (expected ? 1 : 0), parked + (expected ? 0 : 1)), (after.Taken, after.Parked));
    }

    [Theory]
    // As many as are free, as many as are parked, none above a limit that was lowered.
    [InlineData(1, 5, 3, 2)]
    [InlineData(0, 2, 3, 2)]
    [InlineData(4, 5, 3, 0)]
    public void Filled_WithFreePlaces_HandsThemToTheParked(int taken, int parked, int limit, int expected)
    {
        var after = new Places(taken, parked, limit).Filled(defaultLimit: 100, out var handed);

        Assert.Equal(expected, handed);
        Assert.Equal(new Places(taken + expected, parked - expected, limit), after);
    }
}
