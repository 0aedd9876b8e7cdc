using System.Net.Http.Json;
using AutoForge.Activities.Flow;
using AutoForge.Activities.Http;
using AutoForge.Activities.Triggers;
using AutoForge.Client;
using AutoForge.Expressions;
using AutoForge.Workflows;

// Orders arrive at a webhook and are passed on to a CRM, or to its substitute when the CRM fails.
if ((Setting(0, "AUTOFORGE_ADDRESS"), Setting(1, "AUTOFORGE_API_KEY"), Setting(2, "CRM_URL")) is not ({ } address, { } key, { } crm))
{
    Console.Error.WriteLine("OrderDesk <address of the server> <API key> <URL that takes orders>");
    return 2;
}

// <order-desk>
using var client = new AutoForgeClient(new Uri(address), key);

var orderDesk = Workflow.Named("Order desk")
    .StartsWith(new Webhook(), name: "order")
    .Then(PassOnTo(crm), name: "crm")
    .On("Failed", failed => failed.Then(PassOnTo($"{crm}/substitute"), name: "substitute").GoesTo("note"))
    .Then(new WriteLine { Text = Expression.Template("Order {{ trigger.body.number }} for {{ trigger.body.customer }}") }, name: "note")
    .Build();

var created = await client.Workflows.CreateAsync(orderDesk);
var published = await client.Workflows.PublishAsync(created.DefinitionId);
Console.WriteLine($"A successful run costs {published.PriceCents} cents, a failed one nothing.");
// </order-desk>

// Anything that speaks HTTP can send orders. Sending one again with the same key gives the same run.
using var shop = new HttpClient();
using var order = new HttpRequestMessage(HttpMethod.Post, published.Triggers[0].Url)
{
    Headers = { { "Idempotency-Key", $"{created.DefinitionId}-4711" } },
    Content = JsonContent.Create(new { number = 4711, customer = "Grace" }),
};
using var answer = await shop.SendAsync(order);
answer.EnsureSuccessStatusCode();
var started = await answer.Content.ReadFromJsonAsync<StartedRun>();

var run = await client.Runs.WaitForEndAsync(started!.RunId);
foreach (var step in await client.Runs.StepsAsync(run.Id))
    Console.WriteLine($"  {step.Name}: {step.Status}, left by {step.Outcome}");
Console.WriteLine($"The run {run.Status}: {run.ChargedCents} cents charged. {run.Fault?.Message}");

var balance = await client.Credits.BalanceAsync();
Console.WriteLine($"{balance.AvailableCents} cents are left.");
return run.Status == RunStatus.Succeeded ? 0 : 1;

string? Setting(int position, string variable) => args.ElementAtOrDefault(position) ?? Environment.GetEnvironmentVariable(variable);

static HttpRequest PassOnTo(string url) => new()
{
    Method = "POST",
    Url = url,
    Body = Expression.Template("""{"number": {{ trigger.body.number }}, "customer": "{{ trigger.body.customer }}"}"""),
};
