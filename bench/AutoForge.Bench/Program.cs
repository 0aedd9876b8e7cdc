using AutoForge.Bench;

switch (args)
{
    case ["pages"]:
        await PageLoads.RunAsync();
        return 0;
    default:
        Console.Error.WriteLine("Usage: dotnet run --project bench/AutoForge.Bench -- pages");
        return 1;
}
