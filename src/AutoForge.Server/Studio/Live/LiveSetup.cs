using AutoForge.Server.Accounts;
using AutoForge.Server.Accounts.ApiKeys;
using AutoForge.Server.Studio.Instances;

namespace AutoForge.Server.Studio.Live;

/// <summary>Live updates for the viewer.</summary>
internal static class LiveSetup
{
    // Studio resolves "hubs/workflow-instance" against the address of the API, whose last part goes.
    private const string Path = "/elsa/hubs/workflow-instance";

    // The one message that clients send holds an id.
    private const long LargestMessage = 4 * 1024;

    public static void AddLiveRuns(this IServiceCollection services)
    {
        services.AddSignalR(options => options.MaximumReceiveMessageSize = LargestMessage);
        services.AddSingleton<LiveRuns>();
        services.AddSingleton<InstanceRuns>();
    }

    public static void MapLiveRuns(this IEndpointRouteBuilder app) =>
        app.MapHub<WorkflowInstanceHub>(Path, options => options.CloseOnAuthenticationExpiration = true).ForAccount().ForKeys(KeyScope.Full);
}
