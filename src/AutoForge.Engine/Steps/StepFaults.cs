using System.Text.Json;
using AutoForge.Activities;

namespace AutoForge.Engine.Steps;

/// <summary>The faults that the engine itself records.</summary>
internal static class StepFaults
{
    public const string Uncertain = "uncertain", StepBudget = "step_budget", InputError = "input_error", ActivityError = "activity_error",
        SuccessCondition = "success_condition";

    public static readonly Fault InTheMiddle = new(
        Uncertain, "The node stopped in the middle of this step; whether it took effect is not known. Check and resume.");

    /// <summary>A failure of an activity. Messages of unexpected kinds stay in the log: they may tell about the inside of the server.</summary>
    public static Fault Of(Exception exception) => exception switch
    {
        FaultException failure => failure.Fault,
        AutoForgeException mendable => new(mendable.Code, mendable.Message),
        OperationCanceledException or TimeoutException => new(ActivityError, "The step took too long."),
        _ when IsExpected(exception) => new(ActivityError, exception.Message),
        _ => new(ActivityError, $"The step failed unexpectedly ({exception.GetType().Name})."),
    };

    /// <summary>An input that could not be evaluated, in Elsa's words, with the cause.</summary>
    public static Fault OfInput(string propertyName, Exception exception) =>
        new(InputError, $"Failed to evaluate activity input '{propertyName}': {Of(exception).Message}");

    private static bool IsExpected(Exception exception) => exception
        is ArgumentException or InvalidOperationException or FormatException or NotSupportedException or OverflowException
        or ArithmeticException or JsonException or HttpRequestException or IOException;
}
