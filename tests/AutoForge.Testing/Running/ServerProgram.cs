namespace AutoForge.Testing.Running;

/// <summary>The server as its own project built it: what users start, not the copy beside a test.</summary>
internal static class ServerProgram
{
    private const string Name = "AutoForge.Server";

    /// <summary>Of the same configuration as the calling program, whose output is <c>…/bin/configuration/framework</c>.</summary>
    public static string Path { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo output) =>
        System.IO.Path.Combine(RepositoryRoot.Find(), "src", Name, "bin", output.Parent!.Name, output.Name, $"{Name}.dll");
}
