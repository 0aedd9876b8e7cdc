using AutoForge;
using AutoForge.Server;
using AutoForge.Server.Operations;
using AutoForge.Server.Operations.Commands;
using Microsoft.Extensions.Options;

try
{
    var builder = WebApplication.CreateBuilder(args);
    using var loggers = LoggerFactory.Create(logging => logging.AddConfiguration(builder.Configuration.GetSection("Logging")).ConfigureLogs());
    if (args is ["ledger", "verify", ..])
        return await LedgerVerify.RunAsync(builder, Console.Out);

    await using var storage = StorageOpening.Begin(builder, loggers);
    builder.AddAutoForgeServer(storage);
    await using var app = builder.Build();
    app.MapAutoForge();
    app.GreetOnStart();
    await storage.Completion;
    await app.RunAsync();
    return 0;
}
// What the operator can mend is told in one sentence, without a stack trace.
catch (Exception e) when (e is AutoForgeException or OptionsValidationException)
{
    await Console.Error.WriteLineAsync($"AutoForge cannot start. {e.Message}");
    return 1;
}
