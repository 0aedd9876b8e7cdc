using AutoForge.Activities.Email;
using AutoForge.Activities.Telegram;
using AutoForge.Activities.Triggers;
using AutoForge.Connections;
using AutoForge.Engine.Connections;
using AutoForge.Engine.Hosting;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Runs;
using AutoForge.Server.Accounts;
using AutoForge.Server.Admin;
using AutoForge.Server.Alerts;
using AutoForge.Server.Api;
using AutoForge.Server.Api.Connections;
using AutoForge.Server.Api.Money;
using AutoForge.Server.Api.Prices;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Api.Runs;
using AutoForge.Server.Api.Workflows;
using AutoForge.Server.Billing;
using AutoForge.Server.Connections;
using AutoForge.Server.Dashboard;
using AutoForge.Server.Landing;
using AutoForge.Server.Layout;
using AutoForge.Server.Layout.Assets;
using AutoForge.Server.Layout.Forms;
using AutoForge.Server.Mail;
using AutoForge.Server.Operations;
using AutoForge.Server.Operations.RateLimits;
using AutoForge.Server.Operations.Telemetry;
using AutoForge.Server.Runs;
using AutoForge.Server.Studio;
using AutoForge.Server.Studio.Files;
using AutoForge.Server.Studio.Live;
using AutoForge.Server.Studio.Pages;
using AutoForge.Server.Usage;
using AutoForge.Server.Webhooks;
using AutoForge.Server.Workflows;

namespace AutoForge.Server;

/// <summary>The composition root: what the server is made of, and the way of a request through it.</summary>
internal static class AutoForgeServer
{
    private const long LargestBody = 1024 * 1024;
    private const int LargestHeaders = 32 * 1024;
    private static readonly TimeSpan HeadersLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(30);

    /// <summary>Adds everything but the routes. It can be built at once, and started once the storage is open.</summary>
    public static WebApplicationBuilder AddAutoForgeServer(this WebApplicationBuilder builder, StorageOpening storage)
    {
        builder.AddHosting();
        builder.Services.AddTelemetry();
        builder.AddEngine(storage);
        builder.Services.AddServerMail();
        builder.Services.AddAccounts();
        builder.Services.AddApi();
        builder.Services.AddBilling();
        builder.Services.AddAlerts();
        builder.Services.AddStudio();
        builder.Services.AddLiveRuns();
        builder.Services.AddPages();
        builder.Services.AddSingleton(StudioPackage.Find());
        return builder;
    }

    /// <summary>Lays the way of a request: headers, errors, route, caller, handler.</summary>
    public static WebApplication MapAutoForge(this WebApplication app)
    {
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseRouting();
        app.UseRequestSpans();
        app.UseAuthorization();
        app.UseMiddleware<ApiRateLimit>();
        app.UseMiddleware<SameOrigin>();
        app.UseAntiforgery();
        app.UseMiddleware<FormTokenCheck>();
        app.UseMiddleware<CallerLogScope>();

        app.MapLandingPages();
        app.MapDashboard();
        app.MapRunPages();
        app.MapConnectionPages();
        app.MapUsagePages();
        app.MapAdminPages();
        app.MapStatusPage();
        app.MapStudioPages();
        app.MapWorkflowPages();
        app.MapStudioFiles();
        app.MapOwnAssets();
        app.MapAccounts();
        app.MapWorkflows();
        app.MapWorkflowOverviews();
        app.MapActivities();
        app.MapConnections();
        app.MapWebhooks();
        app.MapRuns();
        app.MapRefusals();
        app.MapJobs();
        app.MapCredits();
        app.MapPrices();
        app.MapUsage();
        app.MapSpendCaps();
        app.MapRefunds();
        app.MapAlerts();
        app.MapBilling();
        app.MapStudio();
        app.MapHealth();
        app.MapMetrics();
        app.MapOpenApi().ForAnyone();
        app.BindOnce();
        return app;
    }

    // Routing and authorization each ask every source for its routes, and a source binds its handlers each time.
    private static void BindOnce(this IEndpointRouteBuilder app)
    {
        var routes = new CompositeEndpointDataSource([.. app.DataSources]);
        app.DataSources.Clear();
        app.DataSources.Add(routes);
        _ = routes.Endpoints;
    }

    /// <summary>Tells the person at the terminal how to go on, once the server listens.</summary>
    public static void GreetOnStart(this WebApplication app) =>
        app.Lifetime.ApplicationStarted.Register(() => app.Services.GetRequiredService<Greeting>().Print(Console.Out, app.Urls));

    /// <summary>One JSON object per line, with the ids of the account, run and job it is about.</summary>
    public static void ConfigureLogs(this ILoggingBuilder logging) =>
        logging.ClearProviders().AddJsonConsole(options =>
        {
            options.IncludeScopes = true;
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
        });

    private static void AddHosting(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ServerOptions>().BindConfiguration(ServerOptions.Section);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Logging.ConfigureLogs();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Limits.MaxRequestHeadersTotalSize = LargestHeaders;
            kestrel.Limits.RequestHeadersTimeout = HeadersLimit;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainLimit);
    }

    private static void AddEngine(this WebApplicationBuilder builder, StorageOpening storage)
    {
        builder.Services.AddOptions<WorkerOptions>().BindConfiguration("AutoForge:Worker");
        builder.Services.AddOptions<RetentionOptions>().BindConfiguration("AutoForge:Retention");
        builder.Services.AddOptions<EgressOptions>().BindConfiguration("AutoForge:Egress");
        builder.Services.AddSingleton(_ => storage.Database);
        builder.Services.AddSingleton(_ => storage.Keys);
        builder.Services.AddAutoForge(typeof(Webhook).Assembly);
        builder.Services.AddSingleton<IConnectionProbe, SmtpProbe>();
        builder.Services.AddSingleton<IConnectionProbe, TelegramProbe>();
    }

    private static void AddApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => ApiJson.Configure(json.SerializerOptions));
        // A body that cannot be bound becomes a problem like every other error, not an empty 400.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddOpenApi("v1", ApiDescription.Configure);
        services.AddSingleton<ApiRateLimit>();
        services.AddSingleton<PublicAddress>();
        services.AddSingleton<Greeting>();
        services.AddSingleton(s => new WorkerHeartbeat(() => s.GetRequiredService<WorkerState>().HeartbeatAge));
    }
}
