namespace AutoForge.Activities.Http;

internal static class UserAgent
{
    /// <summary>Says who calls: <c>AutoForge/1.2.3</c>.</summary>
    public static string Value { get; } = $"AutoForge/{typeof(UserAgent).Assembly.GetName().Version!.ToString(3)}";
}
