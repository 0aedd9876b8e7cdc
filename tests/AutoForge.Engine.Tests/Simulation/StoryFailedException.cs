using System.Globalization;

namespace AutoForge.Engine.Tests.Simulation;

/// <summary>A promise was broken in a story; the message tells the whole story.</summary>
internal sealed class StoryFailedException(int seed, string violation, IEnumerable<string> operations, Exception? cause = null)
    : Exception(
        string.Create(CultureInfo.InvariantCulture, $"{violation}\nRepeat it with AUTOFORGE_SEED={seed}:\n  {string.Join("\n  ", operations)}"), cause)
{
    /// <summary>What was broken, in a sentence.</summary>
    public string Violation { get; } = violation;
}
