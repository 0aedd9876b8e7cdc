namespace AutoForge.Activities;

/// <summary>What a step does outside the run. It decides what happens when a node dies in the middle of the step.</summary>
public enum StepEffect
{
    /// <summary>Nothing: the step is computed again when the run is resumed.</summary>
    None,

    /// <summary>Something that may be repeated (a GET, or a request whose receiver honours our idempotency key): at least once.</summary>
    Safe,

    /// <summary>Something that must not be repeated (mail, chat message): at most once; interrupted in the middle, the run fails as uncertain.</summary>
    Unsafe,
}
