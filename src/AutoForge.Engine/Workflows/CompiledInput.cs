using AutoForge.Activities;
using AutoForge.Engine.Expressions;

namespace AutoForge.Engine.Workflows;

/// <summary>One input of one node, ready to be evaluated. Its place in <see cref="CompiledActivity.Inputs"/> is <see cref="Input.Slot"/>.</summary>
internal sealed class CompiledInput(InputDescriptor descriptor, Input input)
{
    public InputDescriptor Descriptor { get; } = descriptor;
    public Input Input { get; } = input;

    /// <summary>Null while <see cref="Problem"/> says why.</summary>
    public CompiledExpression? Expression { get; set; }

    /// <summary>What is wrong with the expression; the step faults with it when a run gets there.</summary>
    public AutoForgeException? Problem { get; set; }
}
