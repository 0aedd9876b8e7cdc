using AutoForge.Engine.Storage.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

// A process for tests to kill: it owns an embedded server in the directory args[0], with the content root args[1], says on
// standard output that it is ready, and ends with its standard input.
await using var server = await EmbeddedPostgres.StartAsync(
    new EmbeddedPostgresOptions { DataDirectory = args[0], ContentRoot = args[1] },
    NullLogger<EmbeddedPostgres>.Instance,
    CancellationToken.None);
Console.WriteLine("ready");
await Console.In.ReadToEndAsync();
