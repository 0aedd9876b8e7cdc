using AutoForge.Engine.Storage;
using AutoForge.Testing;

namespace AutoForge.Engine.Tests.Storage;

/// <summary>Acceptance stops below 5% free (reliability 18).</summary>
public sealed class DiskRoomTests
{
    private const long Gigabyte = 1L << 30;

    [Theory]
    [InlineData(5, 100, true)]
    [InlineData(4, 100, false)]
    [InlineData(0, 100, false)]
    [InlineData(5, 1_000, true)]
    [InlineData(4, 1_000, false)]
    public void IsEnoughOf_GigabytesFree_IsFivePercentOrFiveGigabytes(long free, long total, bool isEnough) =>
        Assert.Equal(isEnough, DiskRoom.IsEnoughOf(free * Gigabyte, total * Gigabyte));

    [Fact]
    public void IsEnough_RealDirectory_IsWhatItsDiskSays()
    {
        using var directory = new TestDirectory();
        var disk = new DriveInfo(directory.Path);

        Assert.Equal(DiskRoom.IsEnoughOf(disk.AvailableFreeSpace, disk.TotalSize), new DiskRoom(directory.Path).IsEnough);
    }
}
