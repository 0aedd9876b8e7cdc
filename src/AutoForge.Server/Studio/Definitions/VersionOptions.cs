using System.Globalization;
using AutoForge.Engine.Workflows;

namespace AutoForge.Server.Studio.Definitions;

/// <summary>Which versions Studio means by a word or a number.</summary>
internal static class VersionOptions
{
    public static (VersionScope Scope, int? Version) Parse(string? text) => text switch
    {
        "Published" => (VersionScope.Published, null),
        "Draft" => (VersionScope.Draft, null),
        "LatestAndPublished" => (VersionScope.LatestAndPublished, null),
        "AllVersions" => (VersionScope.All, null),
        _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) => (VersionScope.Latest, version),
        _ => (VersionScope.Latest, null),
    };

    /// <summary>The one version that is meant; null when there is none.</summary>
    public static async Task<WorkflowView?> FindAsync(
        this WorkflowStore workflows, Guid accountId, string definitionId, string? options, CancellationToken cancellationToken)
    {
        var (scope, version) = Parse(options);
        var found = await workflows.GetAsync(accountId, definitionId, cancellationToken, version);
        return (scope, version, found) switch
        {
            (VersionScope.Published, null, { PublishedVersion: { } published }) => await workflows.GetAsync(accountId, definitionId, cancellationToken, published),
            (VersionScope.Published, null, _) => null,
            (VersionScope.Draft, null, { IsPublished: true }) => null,
            _ => found,
        };
    }
}
