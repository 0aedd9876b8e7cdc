namespace AutoForge.Server.Studio.Definitions.Documents;

/// <summary>Elsa's words in documents.</summary>
internal static class StudioWords
{
    public const string Flowchart = "Elsa.Flowchart";
}
