using AutoForge.Engine.Steps;

namespace AutoForge.Engine.Tests.Steps;

public sealed class IdempotencyKeyTests
{
    private static readonly Guid Run = Guid.Parse("0195a000-0000-7000-8000-000000000001");

    // Receivers keep keys for days: the text must not change from one release to the next.
    [Fact]
    public void For_SameStep_IsTheSameInEveryRelease() =>
        Assert.Equal("kP_AeDLy_C_H87O8JPpBHbd_7qKKlsPhfovYiulJM9s", IdempotencyKey.For(Run, "Workflow1:chart:post", 1));

    [Fact]
    public void For_AnyOtherStep_Differs()
    {
        string[] keys =
        [
            IdempotencyKey.For(Run, "Workflow1:a", 1),
            IdempotencyKey.For(Run, "Workflow1:a", 2),
            IdempotencyKey.For(Run, "Workflow1:b", 1),
            IdempotencyKey.For(Guid.Empty, "Workflow1:a", 1),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
    }
}
