using AutoForge.Engine.Storage;

namespace AutoForge.Engine.Tests.Storage;

/// <summary>Fairness between accounts at the writer (reliability 10).</summary>
public sealed class FairQueueTests
{
    private const int Max = 100;
    private const int Turn = 2;

    private static readonly Guid Flood = Ids.NewId();
    private static readonly Guid Quiet = Ids.NewId();

    [Fact]
    public void Dequeue_OwnerWithMuch_TakesATurnAndLeavesOneToEveryOther()
    {
        var queue = Filled((Flood, 5), (Quiet, 1));

        Assert.Equal([$"{Flood} 0", $"{Flood} 1", $"{Quiet} 0"], queue.Dequeue(Max, Turn));
        Assert.Equal(3, queue.Count);
        Assert.Equal([$"{Flood} 2", $"{Flood} 3"], queue.Dequeue(Max, Turn));
    }

    /// <summary>A busy server with few accounts makes large groups; only who stands out waits for a further turn.</summary>
    [Fact]
    public void Dequeue_MostHaveMuch_TakesTwiceOfWhatTheyHaveAndLeavesTheRestOfWhoHasMore()
    {
        var queue = Filled((Flood, 50), (Quiet, 9), (Ids.NewId(), 8), (Ids.NewId(), 10));

        Assert.Equal((2 * 9) + 9 + 8 + 10, queue.Dequeue(Max, Turn).Length);
        Assert.Equal(50 - (2 * 9), queue.Count);
    }

    [Fact]
    public void Dequeue_RoomForOneOnly_GivesItToTheLongestWaiting()
    {
        var queue = Filled((Flood, 2), (Quiet, 2));

        Assert.Equal([$"{Flood} 0"], queue.Dequeue(1, Turn));
        Assert.Equal([$"{Quiet} 0"], queue.Dequeue(1, Turn));
        Assert.Equal([$"{Flood} 1"], queue.Dequeue(1, Turn));
        Assert.Equal([$"{Quiet} 1"], queue.Dequeue(1, Turn));
        Assert.Equal(0, queue.Count);
    }

    [Fact]
    public void Dequeue_OwnerAloneForAWhile_TakesAllThatThereIsRoomFor()
    {
        var queue = Filled((Flood, 2 * FairQueue<string>.AWhile + Max));

        for (var i = 0; i < FairQueue<string>.AWhile; i++)
            Assert.Equal(Turn, queue.Dequeue(Max, Turn).Length);
        Assert.Equal(Max, queue.Dequeue(Max, Turn).Length);
    }

    [Fact]
    public void Dequeue_OtherWhoComesNowAndThen_FindsTurnsStillShort()
    {
        var queue = Filled((Flood, 1_000));

        for (var i = 0; i < 5 * FairQueue<string>.AWhile; i++)
        {
            if (i % (FairQueue<string>.AWhile / 2) == 0)
                queue.Enqueue(Quiet, $"{i}");
            Assert.InRange(queue.Dequeue(Max, Turn).Length, Turn, Turn + 1);
        }
    }

    [Fact]
    public void DequeueAll_TakesEverything()
    {
        var queue = Filled((Flood, 5), (Quiet, 1));

        Assert.Equal(6, queue.DequeueAll().Length);
        Assert.Equal(0, queue.Count);
        Assert.Empty(queue.DequeueAll());
    }

    private static FairQueue<string> Filled(params (Guid Owner, int Count)[] owners)
    {
        var queue = new FairQueue<string>();
        foreach (var (owner, count) in owners)
        {
            for (var i = 0; i < count; i++)
                queue.Enqueue(owner, $"{owner} {i}");
        }
        return queue;
    }
}
