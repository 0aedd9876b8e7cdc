namespace AutoForge.Server.Dashboard;

/// <param name="Drawn">There is a workflow.</param>
/// <param name="Published">One is switched on.</param>
/// <param name="Succeeded">A run has succeeded: nobody is new after that.</param>
public sealed record FirstStepsDone(bool Drawn, bool Published, bool Succeeded);
