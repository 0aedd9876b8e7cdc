using AutoForge.Activities;

namespace AutoForge.Workflows;

/// <summary>A side way of a workflow; see <see cref="WorkflowBuilder.On"/>.</summary>
public sealed class Branch
{
    private readonly Way _way;

    internal Branch(Way way) => _way = way;

    /// <inheritdoc cref="WorkflowBuilder.Then"/>
    public Branch Then(Activity activity, string? name = null, string? after = null)
    {
        _way.Then(activity, name, after);
        return this;
    }

    /// <inheritdoc cref="WorkflowBuilder.On"/>
    public Branch On(string outcome, Action<Branch> draw)
    {
        _way.On(outcome, draw);
        return this;
    }

    /// <summary>Leads to a step of another way, drawn before or after this one. The branch ends here.</summary>
    /// <param name="name">The step's name.</param>
    /// <param name="after">The outcome of the last step that leads there. Default: <c>Done</c>.</param>
    public void GoesTo(string name, string? after = null) => _way.GoTo(name, after);
}
