namespace AutoForge.Bench.Floor;

/// <param name="Name">What was done.</param>
/// <param name="PerSecond">Runs, or requests.</param>
/// <param name="ServerCpu">CPU milliseconds each of the part that serves: the database, or the endpoint.</param>
/// <param name="ClientCpu">CPU milliseconds each of the bench itself.</param>
internal sealed record FloorRow(string Name, double PerSecond, double ServerCpu, double ClientCpu);
