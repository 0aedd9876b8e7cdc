namespace AutoForge.Activities.Flow;

/// <summary>Ends the sequence or flowchart that it is in; what is around that goes on.</summary>
[Activity("Elsa", "End", DisplayName = "End", Description = "Ends this part of the flow. Branches that are still running are cancelled.", Category = "Flow", Outcomes = [], Hidden = true)]
public sealed class End : Terminal;
