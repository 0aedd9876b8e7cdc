namespace AutoForge.Server.Accounts.ApiKeys;

/// <summary>What an API key may be used for. Names are stored and public: they keep their meaning.</summary>
/// <param name="Name">Such as <c>runs:read</c>.</param>
/// <param name="Text">For people.</param>
/// <remarks>Public, as the parameters of Razor components are.</remarks>
public sealed record KeyScope(string Name, string Text)
{
    public const string RunsRead = "runs:read";
    public const string RunsWrite = "runs:write";
    public const string WorkflowsRead = "workflows:read";
    public const string WorkflowsWrite = "workflows:write";
    public const string Connections = "connections";
    public const string BillingRead = "billing:read";
    public const string Billing = "billing";

    /// <summary>All of them, and what asks for no single one, such as the designer's interface.</summary>
    public const string Full = "full";

    private const string WriteSuffix = ":write";
    private const string ReadSuffix = ":read";

    public static IReadOnlyList<KeyScope> All { get; } =
    [
        new(Full, "Everything below"),
        new(RunsRead, "See runs and their steps"),
        new(RunsWrite, "Start, cancel and replay runs, and see them"),
        new(WorkflowsRead, "See workflows"),
        new(WorkflowsWrite, "Change, publish and delete workflows, and see them"),
        new(Connections, "See, store, test and delete connections"),
        new(BillingRead, "See balance, ledger and usage"),
        new(Billing, "Begin payments, and see balance, ledger and usage"),
    ];

    public static bool IsKnown(string name) => All.Any(scope => scope.Name == name);

    /// <summary>Whether one of the granted scopes is the wanted one or includes it: who may write may read.</summary>
    internal static bool Covers(IEnumerable<string> granted, string wanted) => granted.Any(scope =>
        scope == Full
        || scope == wanted
        || (wanted.EndsWith(ReadSuffix, StringComparison.Ordinal)
            && wanted[..^ReadSuffix.Length] == (scope.EndsWith(WriteSuffix, StringComparison.Ordinal) ? scope[..^WriteSuffix.Length] : scope)));
}
