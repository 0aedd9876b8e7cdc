namespace AutoForge.Workflows;

/// <summary>Draws workflows in code.</summary>
/// <example>
/// <code>
/// var orders = Workflow.Named("Order desk")
///     .StartsWith(new Webhook(), name: "order")
///     .Then(new HttpRequest { Method = "POST", Url = "https://crm.example.com/orders" }, name: "crm")
///     .On("Failed", failed => failed.Then(new WriteLine { Text = Expression.Template("CRM said {{ steps.crm.statusCode }}") }))
///     .Build();
/// </code>
/// </example>
public static class Workflow
{
    /// <summary>Begins a workflow.</summary>
    /// <param name="name">For people: 1 to 200 characters.</param>
    public static WorkflowBuilder Named(string name) => new(name);
}
