using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using AutoForge.Activities;
using AutoForge.Engine.Workflows;
using Microsoft.Net.Http.Headers;

namespace AutoForge.Server.Studio.Descriptors;

/// <summary>
/// All activity types, as Studio asks for them after every save. The catalogue never changes while the server runs, so
/// they are written once.
/// </summary>
internal sealed class ActivityToolbox
{
    /// <summary>Stands for a node whose type this server does not have.</summary>
    public const string NotFound = "Elsa.NotFoundActivity";

    /// <summary>The field of <see cref="NotFound"/> that lists its ways out.</summary>
    public const string NotFoundWays = "ways";

    public ActivityToolbox(ActivityCatalogue catalogue)
    {
        Activities = [.. catalogue.All.Select(DescriptorWriter.Write), Stand("Workflow", "Workflow"), MissingActivity()];
        Json = JsonSerializer.SerializeToUtf8Bytes(new StudioList<StudioActivity>(Activities, Activities.Count), StudioJson.Options);
        Tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(Json)[..8])}\"");
    }

    public IReadOnlyList<StudioActivity> Activities { get; }
    public byte[] Json { get; }
    public EntityTagHeaderValue Tag { get; }

    // Studio asks for these types by name; they are in no toolbox.
    private static StudioActivity Stand(string name, string displayName) => new(
        $"Elsa.{name}", "Elsa", name, Version: 1, "Flow", displayName, "", StudioActivity.Action, [], [], [],
        IsContainer: false, IsBrowsable: false, IsStart: false, IsTerminal: false, []);

    // The editor of ways is what makes Studio read a node's own list of ways out instead of one list for the type.
    private static StudioActivity MissingActivity() => Stand("NotFoundActivity", "Unknown step") with
    {
        Description = "This server does not know this kind of step. It is kept as it is, and the workflow cannot be published with it.",
        Inputs =
        [
            new(FieldName.Of(NotFoundWays), "Object", "Ways", "", Order: 0, IsBrowsable: false, IsWrapped: true, InputEditors.Outcomes,
                DefaultSyntax: null, DefaultValue: null, UiSpecifications: new JsonObject()),
        ],
    };
}
