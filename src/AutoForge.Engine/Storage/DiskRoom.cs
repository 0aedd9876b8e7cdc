using System.Diagnostics;

namespace AutoForge.Engine.Storage;

/// <summary>
/// Whether the disk under an embedded database has room for more runs. What is accepted must also be finished, and a full
/// disk stops the database itself: new runs stop first (reliability 18).
/// </summary>
internal sealed class DiskRoom(string directory)
{
    // Of a large disk five percent would be a waste.
    private const long MostBytes = 5L << 30;
    private const int LeastPercent = 5;
    private static readonly TimeSpan Kept = TimeSpan.FromMilliseconds(250);

    private long _lookedAt;
    private volatile bool _isEnough = true;

    /// <summary>As of a moment ago.</summary>
    public bool IsEnough
    {
        get
        {
            if (_lookedAt == 0 || Stopwatch.GetElapsedTime(Volatile.Read(ref _lookedAt)) > Kept)
            {
                Volatile.Write(ref _lookedAt, Stopwatch.GetTimestamp());
                var disk = new DriveInfo(directory);
                _isEnough = IsEnoughOf(disk.AvailableFreeSpace, disk.TotalSize);
            }
            return _isEnough;
        }
    }

    internal static bool IsEnoughOf(long freeBytes, long totalBytes) => freeBytes >= Math.Min(totalBytes / 100 * LeastPercent, MostBytes);
}
