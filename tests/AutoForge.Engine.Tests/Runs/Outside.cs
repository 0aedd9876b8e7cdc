namespace AutoForge.Engine.Tests.Runs;

/// <summary>The world outside a run, which remembers across crashes what was done to it.</summary>
internal sealed class Outside
{
    public const string Secret = "hunter2-geheim";

    /// <summary>Every effect that happened, in order.</summary>
    public List<string> Effects { get; } = [];

    public List<string> IdempotencyKeys { get; } = [];

    /// <summary>Those of effects that must not be repeated.</summary>
    public List<string> UnsafeKeys { get; } = [];

    /// <summary>Called with the text of an effect before it counts; may throw.</summary>
    public Action<string>? OnEffect { get; set; }

    /// <summary>What the effect answers.</summary>
    public Func<string, object?> Answer { get; set; } = text => $"did {text}";
}
