namespace AutoForge.Server.Api.Problems;

/// <summary>Absent, or another account's: the caller must not be able to tell, so there is one message for both.</summary>
internal sealed class NotFoundException() : AutoForgeException("not_found", ProblemCatalogue.Find("not_found").Advice);
