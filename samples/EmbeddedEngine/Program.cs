using AutoForge;
using AutoForge.Activities.Flow;
using AutoForge.Activities.Triggers;
using AutoForge.Engine.Connections;
using AutoForge.Engine.Hosting;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Storage.Embedded;
using AutoForge.Engine.Triggers;
using AutoForge.Engine.Workflows;
using AutoForge.Expressions;
using AutoForge.Workflows;
using EmbeddedEngine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// A console program with an engine, a database and an activity of its own. Its only argument says where the data goes.
var data = Path.GetFullPath(args.ElementAtOrDefault(0) ?? "data");
using var loggers = LoggerFactory.Create(logging => logging.AddConsole().SetMinimumLevel(LogLevel.Warning));
var stop = CancellationToken.None;

// <embed>
// PostgreSQL starts with the program and ends with it. For a server of your own set ConnectionString instead.
await using var database = await Database.OpenAsync(
    new DatabaseOptions { Embedded = new EmbeddedPostgresOptions { DataDirectory = Path.Combine(data, "postgres") } }, loggers, stop);
var keys = await KeyRing.OpenAsync(
    database.DataSource, new KeyRingOptions { KeyFile = Path.Combine(data, "master.key") }, loggers.CreateLogger<KeyRing>(), stop);

var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddAutoForge(database, keys, typeof(Flowchart).Assembly, typeof(Greet).Assembly);
using var host = builder.Build();
await host.StartAsync(stop);
// </embed>

// Whose runs and whose money: any id of yours, opened once.
var account = Ids.NewId();
await Get<AccountOpening>().OpenAsync(account, welcomeCreditCents: 100, stop);

// <run>
var greeting = Workflow.Named("Greeting")
    .StartsWith(new Manual(), name: "start")
    .Then(new Greet { Who = Expression.Template("{{ trigger.input.name }}") }, name: "greet")
    .Then(new WriteLine { Text = Expression.Template("Said: {{ steps.greet.greeting }}") }, name: "log")
    .Build();

var stored = await Get<WorkflowStore>().CreateAsync(account, greeting.Document, stop);
await Get<WorkflowPublisher>().PublishAsync(account, stored.DefinitionId, stop);
var accepted = await Get<ManualStart>().StartAsync(account, stored.DefinitionId, new StartRequest(new() { ["name"] = "Ada" }), stop);
// </run>

var run = await EndOfAsync(accepted!.Value.RunId);
foreach (var step in await Get<RunQueries>().StepsAsync(account, run.Id, stop) ?? [])
    Console.WriteLine($"  {step.Name}: {step.Status} {step.Output?.ToJsonString()}");
Console.WriteLine($"The run {run.Status}: {run.ChargedCents} cents charged.");

foreach (var entry in await Get<LedgerQueries>().ListAsync(account, new LedgerFilter(), before: null, limit: 10, stop))
    Console.WriteLine($"  {entry.Type,-8} {entry.AmountCents,4} cents, {entry.AvailableAfterCents,4} available: {entry.Description}");

await host.StopAsync(stop);
return run.Status == RunStatus.Succeeded ? 0 : 1;

T Get<T>() where T : notnull => host.Services.GetRequiredService<T>();

async Task<RunView> EndOfAsync(Guid runId)
{
    while (true)
    {
        var now = await Get<RunQueries>().GetAsync(account, runId, stop) ?? throw new InvalidOperationException("The run is gone.");
        if (now.Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled)
            return now;
        await Task.Delay(TimeSpan.FromMilliseconds(20), stop);
    }
}
