using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Expressions;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Steps;

/// <summary>The values of a step's inputs. Evaluated where the step is first reached, and kept for later tries.</summary>
internal sealed class StepInputs(StepContext step)
{
    private object?[] _values = [];

    public ExpressionData Data => field ??= new StepData(step);

    /// <exception cref="FaultException"><c>input_error</c>.</exception>
    public async ValueTask EvaluateAsync()
    {
        var inputs = step.Compiled.Inputs;
        if (inputs.Count == 0)
            return;

        var values = new object?[inputs.Count];
        for (var slot = 0; slot < values.Length; slot++)
            values[slot] = await EvaluateAsync(inputs[slot]);
        _values = values;
        step.Secrets.Add(SecretInputs.Of(inputs, values));
    }

    public T? Get<T>(Input<T>? input) => input is null ? default : (T?)_values[SlotOf(input)];

    public async ValueTask<T?> ReevaluateAsync<T>(Input<T>? input)
    {
        if (input is null)
            return default;

        var slot = SlotOf(input);
        return (T?)(_values[slot] = await EvaluateAsync(step.Compiled.Inputs[slot]));
    }

    /// <summary>For the history; null when there are none.</summary>
    public JsonObject? ToHistory() => StepHistory.Inputs(step.Compiled.Inputs, _values, step.Secrets);

    private async ValueTask<object?> EvaluateAsync(CompiledInput input)
    {
        try
        {
            return input.Problem is null
                ? await input.Expression!.EvaluateAsync(Data, step.CancellationToken)
                : throw input.Problem;
        }
        catch (Exception exception) when (!step.CancellationToken.IsCancellationRequested)
        {
            // The step boundary: whatever went wrong in an expression fails the step, not the node.
            throw new FaultException(StepFaults.OfInput(input.Descriptor.PropertyName, exception), exception);
        }
    }

    private int SlotOf(Input input) =>
        input.Slot >= 0 && input.Slot < _values.Length && step.Compiled.Inputs[input.Slot].Input == input
            ? input.Slot
            : throw new InvalidOperationException($"The input does not belong to {step.Activity.Type} '{step.Activity.Id}', or is not evaluated yet.");
}
