using System.Diagnostics;
using AutoForge.Testing;

namespace AutoForge.Reliability.Nodes;

/// <summary>A file system of its own that is soon full. Needs the right to mount one.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const int Megabytes = 600;
    private readonly TestDirectory _directory;
    private readonly string _filler;

    private SmallDisk(TestDirectory directory)
    {
        _directory = directory;
        _filler = System.IO.Path.Combine(directory.Path, "filler");
    }

    public string Path => System.IO.Path.Combine(_directory.Path, "data");

    /// <summary>Null when this user must not mount.</summary>
    public static async Task<SmallDisk?> MountAsync()
    {
        var directory = new TestDirectory();
        if (Environment.IsPrivilegedProcess
            && await SucceedsAsync("mount", "-t", "tmpfs", "-o", $"size={Megabytes}m,mode=755", "autoforge", directory.Path))
            return new SmallDisk(directory);
        directory.Dispose();
        return null;
    }

    /// <summary>Fills it until only so much is left.</summary>
    public async Task FillAsync(double freeShare)
    {
        var block = new byte[1 << 16];
        var disk = new DriveInfo(_directory.Path);
        await using var filler = new FileStream(_filler, FileMode.Append);
        while (disk.AvailableFreeSpace > disk.TotalSize * freeShare)
        {
            try
            {
                await filler.WriteAsync(block);
                await filler.FlushAsync();
            }
            catch (IOException)
            {
                // Full to the last page.
                return;
            }
        }
    }

    public void Free() => File.Delete(_filler);

    private static async Task<bool> SucceedsAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }

    public async ValueTask DisposeAsync()
    {
        await SucceedsAsync("umount", "-l", _directory.Path);
        _directory.Dispose();
    }
}
