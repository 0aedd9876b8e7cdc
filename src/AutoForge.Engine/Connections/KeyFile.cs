namespace AutoForge.Engine.Connections;

/// <summary>The master key as a file that only its owner can read.</summary>
internal static class KeyFile
{
    /// <returns>Null when there is none.</returns>
    /// <exception cref="AutoForgeException"><c>invalid_master_key</c>: the file holds no key.</exception>
    public static byte[]? Read(string path) =>
        File.Exists(path) ? EncryptionKey.Parse(File.ReadAllText(path), $"The file {path}") : null;

    /// <summary>Writes it under another name first. Crash before the move: no key is in use yet, and the next start makes one.</summary>
    public static void Write(string path, byte[] master)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var unfinished = path + ".new";
        File.Delete(unfinished);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(unfinished, options))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(master) + "\n"));
            stream.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path);
    }
}
