namespace AutoForge.Server.Accounts.ApiKeys;

/// <summary>The mark on an endpoint that says which API keys may call it.</summary>
/// <param name="Read">The scope that GET and HEAD ask for.</param>
/// <param name="Write">The scope that other methods ask for.</param>
internal sealed record KeyAccess(string Read, string Write)
{
    /// <summary>Every key, whatever its scopes.</summary>
    public static KeyAccess Any { get; } = new("any", "any");

    /// <summary>No key.</summary>
    public static KeyAccess None { get; } = new("none", "none");

    /// <summary>The route's mark. One without a mark admits no key, and a test goes red.</summary>
    public static KeyAccess Of(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<KeyAccess>() ?? None;

    /// <summary>What a request of this method asks for.</summary>
    public string ScopeFor(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) ? Read : Write;

    public bool Admits(HttpContext context) =>
        this == Any || (this != None && KeyScope.Covers(context.User.KeyScopes(), ScopeFor(context.Request.Method)));
}
