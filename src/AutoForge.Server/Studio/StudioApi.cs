using AutoForge.Server.Accounts;
using AutoForge.Server.Studio.Descriptors;
using AutoForge.Server.Studio.Instances;
using AutoForge.Server.Studio.Live;

namespace AutoForge.Server.Studio;

/// <summary>The API that Elsa Studio calls. Its shapes and words are Elsa's and stay in this folder.</summary>
internal static class StudioApi
{
    public const string Path = "/elsa/api";

    public static void MapStudio(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup(Path).ForAccount().ExcludeFromDescription().AddEndpointFilter<StudioRefusal>();
        api.MapFeatures();
        api.MapSettings();
        api.MapStart();
        api.MapActivityTests();
        api.MapInstances();
        api.MapInstanceBulk();
        api.MapInstanceFiles();
        api.MapExecutions();
        app.MapLiveRuns();
    }
}
