namespace AutoForge.Activities;

/// <summary>
/// An activity that starts a run. The engine accepts the run; the trigger's execution then only publishes what arrived
/// (<see cref="RunInfo.Trigger"/>) as its outputs.
/// </summary>
public abstract class Trigger : Activity;
