namespace AutoForge.Engine.Workflows;

/// <summary>Something in a workflow that must be mended before it can be published.</summary>
/// <param name="ActivityId">The node; empty for the workflow itself.</param>
/// <param name="Field">The field's name in the document, such as <c>url</c>; empty for the node itself.</param>
/// <param name="Message">What is wrong and how to mend it, in words for a person.</param>
public sealed record WorkflowProblem(string ActivityId, string Field, string Message);
