using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.ApiKeys;
using AutoForge.Server.Studio.Definitions;
using AutoForge.Server.Studio.Definitions.Documents;
using AutoForge.Server.Studio.Descriptors;
using AutoForge.Server.Studio.Instances;
using AutoForge.Server.Studio.Live;
using AutoForge.Server.Studio.Secrets;

namespace AutoForge.Server.Studio;

/// <summary>The API that Elsa Studio calls. Its shapes and words are Elsa's and stay in this folder.</summary>
internal static class StudioApi
{
    public const string Path = "/elsa/api";

    public static void AddStudio(this IServiceCollection services)
    {
        services.AddSingleton<ActivityToolbox>();
        services.AddSingleton<DefinitionForm>();
        services.AddSingleton<PublishingProblems>();
        services.AddSingleton<DraftSaving>();
        services.AddSingleton<DefinitionPublishing>();
    }

    public static void MapStudio(this IEndpointRouteBuilder app)
    {
        var api = app.MapGroup(Path).ForAccount().ForKeys(KeyScope.Full).ExcludeFromDescription().AddEndpointFilter<StudioRefusal>();
        api.MapFeatures();
        api.MapSettings();
        api.MapToolbox();
        api.MapDefinitions();
        api.MapDrafts();
        api.MapPublishing();
        api.MapTransfer();
        api.MapSecrets();
        api.MapStart();
        api.MapActivityTests();
        api.MapInstances();
        api.MapInstanceBulk();
        api.MapInstanceFiles();
        api.MapExecutions();
        app.MapLiveRuns();
    }
}
