namespace AutoForge.Engine.Workflows;

/// <summary>
/// Gives the nodes of one workflow their paths, in the order in which they stand in the document. Ids are unique inside a
/// container by the rules of the format, and publishing insists; a path must be unique always, because the journal finds
/// steps by it.
/// </summary>
internal sealed class NodePaths
{
    private const string Root = "Workflow1";

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <param name="id">As it stands in the document; null or empty for want of one.</param>
    /// <param name="parent">Path of the node around; null for the root.</param>
    public (string Id, string NodeId) Add(string? id, string? parent)
    {
        id = string.IsNullOrEmpty(id) ? $"activity{_taken.Count + 1}" : id;
        var path = $"{parent ?? Root}:{id}";
        var unique = path;
        for (var copy = 2; !_taken.Add(unique); copy++)
            unique = $"{path}~{copy}";
        return (id, unique);
    }
}
