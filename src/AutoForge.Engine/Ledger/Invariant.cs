namespace AutoForge.Engine.Ledger;

/// <summary>Something that must hold for the whole database.</summary>
/// <param name="Id">Such as <c>I1</c>.</param>
/// <param name="Statement">One sentence.</param>
/// <param name="Sql">A query that returns one text row per violation.</param>
public sealed record Invariant(string Id, string Statement, string Sql);
