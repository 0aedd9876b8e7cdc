namespace AutoForge.Engine.Tests.Simulation;

/// <summary>How the far node loses its database.</summary>
internal enum Loss
{
    /// <summary>Its connections are broken, and there are no new ones.</summary>
    Database,

    /// <summary>Its next commit does not arrive: it is rolled back.</summary>
    Commit,

    /// <summary>Its next commit is done, and it is not told so.</summary>
    Answer,
}
