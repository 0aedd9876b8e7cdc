using System.Diagnostics;
using AutoForge.Testing;

namespace AutoForge.Reliability.Broken;

/// <summary>A copy of the sources that may be broken and built.</summary>
internal sealed class SourceCopy : IDisposable
{
    private const string Project = "bench/AutoForge.Reliability";
    private const string Server = "src/AutoForge.Server";
    private const string Output = "bin/Debug/net10.0";
    private const string Signatures = "obj/Debug/net10.0/ref";
    private static readonly string[] Packages = [Server, "tests"];

    private readonly TestDirectory _directory = new();
    private readonly Dictionary<string, string> _originals = [];

    // Projects whose sources differ from what was built.
    private readonly HashSet<string> _touched = [];

    private SourceCopy() { }

    /// <summary>Copies what git knows, as it stands in the working tree, and what was built of it.</summary>
    public static async Task<SourceCopy> MakeAsync()
    {
        var copy = new SourceCopy();
        var root = RepositoryRoot.Find();
        var (exitCode, files) = await RunAsync(root, "git", "ls-files");
        if (exitCode != 0)
            throw new InvalidOperationException($"git does not list the sources: {files}");
        foreach (var file in files.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(Path.Combine(root, file))))
        {
            var to = copy.PathOf(file);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(Path.Combine(root, file), to);
            // The packages are those of the original, and are up to date: nothing must be installed through the link.
            if (Path.GetFileName(file) is "package.json" or "package-lock.json")
                File.SetLastWriteTimeUtc(to, DateTime.UnixEpoch);
        }
        foreach (var directory in Packages)
            Directory.CreateSymbolicLink(copy.PathOf(Path.Combine(directory, "node_modules")), Path.Combine(root, directory, "node_modules"));
        foreach (var project in Directory.EnumerateDirectories(Path.Combine(root, "src")).Append(Path.Combine(root, Project)))
        {
            foreach (var built in new[] { Output, Signatures }.Where(built => Directory.Exists(Path.Combine(project, built))))
                CopyDirectory(Path.Combine(project, built), copy.PathOf(Path.Combine(Path.GetRelativePath(root, project), built)));
        }
        return copy;
    }

    /// <summary>Undoes the breakage of before and makes this one.</summary>
    /// <exception cref="InvalidOperationException">The text to change is not there exactly once.</exception>
    public void Break(Breakage breakage)
    {
        foreach (var (file, text) in _originals)
            File.WriteAllText(PathOf(file), text);
        _touched.UnionWith(_originals.Keys.Select(ProjectOf));
        _originals.Clear();
        foreach (var edit in breakage.Edits)
        {
            var path = PathOf(edit.File);
            var text = File.ReadAllText(path);
            _originals.TryAdd(edit.File, text);
            _touched.Add(ProjectOf(edit.File));
            File.WriteAllText(path, edit.ApplyTo(text));
        }
    }

    /// <summary>Builds what the breakage changed, and what the one before it had changed, and nothing else: no signature changes.</summary>
    /// <exception cref="InvalidOperationException">It does not compile.</exception>
    public async Task BuildAsync()
    {
        foreach (var project in _touched)
        {
            // Rules about code are not what is tested here.
            var (exitCode, output) = await RunAsync(
                PathOf(project), "dotnet", "build", "--no-dependencies", "-v", "q", "-nologo", "-p:TreatWarningsAsErrors=false", "-p:RunAnalyzers=false");
            if (exitCode != 0)
                throw new InvalidOperationException($"The broken build does not compile: {output}");
            var library = Path.GetFileName(project) + ".dll";
            // The nodes run what the server's own project has built, the harness what lies beside it.
            foreach (var user in new[] { Server, Project }.Where(user => user != project))
                File.Copy(Path.Combine(PathOf(project), Output, library), Path.Combine(PathOf(user), Output, library), overwrite: true);
        }
        _touched.Clear();
    }

    /// <summary>Runs the copy's own harness on the copy's own server.</summary>
    /// <returns>What it wrote to standard output.</returns>
    public async Task<string> RunHarnessAsync(params string[] arguments)
    {
        var program = Path.Combine(PathOf(Project), Output, "AutoForge.Reliability.dll");
        return (await RunAsync(PathOf(Project), "dotnet", [program, "--of-broken", .. arguments])).Output;
    }

    // src/AutoForge.Engine of src/AutoForge.Engine/Jobs/JobQueue.cs.
    private static string ProjectOf(string file) => string.Join('/', file.Split('/').Take(2));

    private string PathOf(string file) => Path.Combine(_directory.Path, file);

    private static async Task<(int ExitCode, string Output)> RunAsync(string directory, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }

    private static void CopyDirectory(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    public void Dispose() => _directory.Dispose();
}
