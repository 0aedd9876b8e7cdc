using System.Reflection;
using AutoForge.Connections;
using AutoForge.Engine.Connections;
using AutoForge.Engine.Expressions;
using AutoForge.Engine.Jobs;
using AutoForge.Engine.Ledger;
using AutoForge.Engine.Limits;
using AutoForge.Engine.Notices;
using AutoForge.Engine.Prices;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Storage;
using AutoForge.Engine.Telemetry;
using AutoForge.Engine.Triggers;
using AutoForge.Engine.Workflows;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AutoForge.Engine.Hosting;

/// <summary>Puts the engine into a .NET host.</summary>
public static class AutoForgeHosting
{
    /// <summary>
    /// Adds the engine on an open database. Its hosted services start with the host and drain when it stops: first no
    /// more schedules and claims, then running steps finish, then the last writes are committed.
    /// </summary>
    /// <param name="database">Open and migrated.</param>
    /// <param name="keys">What stored credentials are encrypted with.</param>
    /// <param name="activities">Assemblies with activities, such as that of the stock ones.</param>
    /// <remarks>Options: <see cref="WorkerOptions"/>, <see cref="RetentionOptions"/>, <see cref="EgressOptions"/>. The caller disposes the database after the host has stopped.</remarks>
    public static IServiceCollection AddAutoForge(
        this IServiceCollection services, Database database, KeyRing keys, params IReadOnlyList<Assembly> activities)
    {
        services.AddSingleton(database);
        services.AddSingleton(keys);
        return services.AddAutoForge(activities);
    }

    /// <summary>
    /// Adds the engine on the <see cref="Database"/> and the <see cref="KeyRing"/> that the services hold: they can still be
    /// opening while the host is put together, and must be open when it starts.
    /// </summary>
    /// <param name="activities">Assemblies with activities, such as that of the stock ones.</param>
    public static IServiceCollection AddAutoForge(this IServiceCollection services, params IReadOnlyList<Assembly> activities)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<WorkerOptions>().ValidateDataAnnotations();
        services.AddOptions<RetentionOptions>().ValidateDataAnnotations();
        services.AddOptions<EgressOptions>().ValidateDataAnnotations();
        services.AddSingleton(_ => new EngineMetrics());
        services.AddSingleton<QueueGauges>();

        services.AddWorkflows(activities);
        services.AddConnections();
        services.AddTriggers();
        services.AddJobs();
        services.AddRuns();
        services.AddLedger();
        services.AddHostedParts();
        return services;
    }

    private static void AddWorkflows(this IServiceCollection services, IReadOnlyList<Assembly> activities)
    {
        services.AddSingleton(_ => new ActivityCatalogue(activities));
        services.AddSingleton(_ => new ExpressionCompiler(StandardEvaluators.All()));
        services.AddSingleton(s => new PriceBook(
            s.Get<Database>(), s.Get<ActivityCatalogue>(), s.Get<TimeProvider>(), s.Get<ILogger<PriceBook>>()));
        services.AddSingleton(s => new WorkflowCompiler(
            s.Get<ActivityCatalogue>(), s.Get<ExpressionCompiler>(), () => s.Get<PriceBook>().Current));
        services.AddSingleton<WorkflowValidator>();
        services.AddSingleton<WorkflowVersions>();
        services.AddSingleton<VersionFreeze>();
        services.AddSingleton(s => new WorkflowStore(s.Get<Database>(), s.Get<WorkflowCompiler>()));
        services.AddSingleton(s => new WorkflowNames(s.Get<Database>()));
        services.AddSingleton(s => new WorkflowQueries(s.Get<Database>()));
        services.AddSingleton(s => new WorkflowHistory(s.Get<Database>()));
        services.AddSingleton(s => new RevisionStore(s.Get<Database>()));
        services.AddSingleton(s => new WorkflowPublisher(s.Get<Database>(), s.Get<WorkflowCompiler>(), s.Get<WorkflowValidator>()));
        services.AddSingleton(s => new WorkflowOverviews(
            s.Get<Database>(), s.Get<WorkflowCompiler>(), s.Get<WorkflowValidator>(), s.Get<TimeProvider>()));
    }

    private static void AddConnections(this IServiceCollection services)
    {
        services.AddSingleton(s => s.Get<IOptions<EgressOptions>>().Value);
        services.AddSingleton<Egress, GuardedEgress>();
        services.AddSingleton<SecretBox>();
        services.AddSingleton(s => new ConnectionStore(s.Get<Database>().DataSource, s.Get<SecretBox>()));
        services.AddSingleton<ConnectionTester>();
    }

    private static void AddTriggers(this IServiceCollection services)
    {
        services.AddSingleton<TriggerStore>();
        services.AddSingleton<HeadStarts>();
        services.AddSingleton<RunAcceptance>();
        services.AddSingleton<ScheduleClock>();
        services.AddSingleton(s => new RefusalQueries(s.Get<Database>()));
        services.AddSingleton(s => new ManualStart(
            s.Get<WorkflowStore>(), s.Get<WorkflowVersions>(), s.Get<VersionFreeze>(), s.Get<RunAcceptance>()));
        services.AddSingleton(s => new WebhookIntake(
            s.Get<TriggerStore>(), s.Get<RunAcceptance>(), s.Get<ConnectionStore>(), s.Get<TimeProvider>()));
    }

    private static void AddJobs(this IServiceCollection services)
    {
        services.AddSingleton<NodeIdentity>();
        services.AddSingleton<JobQueue>();
        services.AddSingleton<LeaseKeeper>();
        services.AddSingleton<JobWorker>();
        services.AddSingleton(s => new WorkerState(s.Get<JobWorker>()));
    }

    private static void AddRuns(this IServiceCollection services)
    {
        services.AddSingleton<RunStore>();
        services.AddSingleton<StepStore>();
        services.AddSingleton<RunSignals>();
        services.AddSingleton<DatabaseClock>();
        services.AddSingleton<RunCommits>();
        services.AddSingleton<RunWriter>();
        services.AddSingleton<RunPlaces>();
        services.AddSingleton<RunRetention>();
        services.AddSingleton<RunWalker>();
        services.AddSingleton<IJobHandler, RunHandler>();
        services.AddSingleton(s => new RunServices
        {
            Services = s,
            Http = s.Get<Egress>().Http,
            OpenConnection = async (account, name, type, cancellation) => await Outage.OutlastAsync(
                token => s.Get<ConnectionStore>().OpenAsync(account, name, type, token), cancellation),
            Time = s.Get<TimeProvider>(),
            Logger = s.Get<ILoggerFactory>().CreateLogger("AutoForge.Engine.Runs"),
            Metrics = s.Get<EngineMetrics>(),
        });
        services.AddSingleton(s => new RunQueries(s.Get<Database>(), s.Get<StepStore>()));
        services.AddSingleton(s => new RunCountQuery(s.Get<Database>()));
        services.AddSingleton(s => new RunCancellation(
            s.Get<Database>(), s.Get<RunSignals>(), s.Get<JobWorker>(), s.Get<EngineMetrics>(), s.Get<IOptions<WorkerOptions>>()));
        services.AddSingleton(s => new RunRefunds(s.Get<Database>()));
        services.AddSingleton(s => new RunWatch(s.Get<Database>(), s.Get<RunSignals>(), s.Get<TimeProvider>()));
        services.AddSingleton(s => new RunSearch(s.Get<Database>()));
        services.AddSingleton(s => new RunDeletion(s.Get<Database>(), s.Get<RunCancellation>(), s.Get<RunSignals>()));
        services.AddSingleton(s => new AccountErasure(s.Get<Database>(), s.Get<RunCancellation>()));
        services.AddSingleton(s => new StepQueries(s.Get<Database>()));
        services.AddSingleton(s => new RunRetelling(
            s.Get<RunStore>(), s.Get<StepStore>(), s.Get<WorkflowVersions>(), s.Get<RunWalker>(), s.Get<RunServices>()));
        services.AddSingleton(s => new ActivityTest(s.Get<WorkflowHistory>(), s.Get<WorkflowCompiler>(), s.Get<RunWalker>(), s.Get<RunServices>()));
        services.AddSingleton(s => new RunReplay(
            s.Get<RunStore>(), s.Get<StepStore>(), s.Get<WorkflowVersions>(), s.Get<ActivityCatalogue>(), s.Get<RunAcceptance>()));
        services.AddSingleton(s => new ReceiptQuery(s.Get<RunQueries>(), s.Get<WorkflowVersions>(), s.Get<LedgerQueries>(), s.Get<RunStore>(), s.Get<PriceBook>()));
        services.AddSingleton(s => new DryRun(s.Get<WorkflowStore>(), s.Get<WorkflowCompiler>(), s.Get<RunWalker>(), s.Get<RunServices>()));
    }

    private static void AddLedger(this IServiceCollection services)
    {
        services.AddSingleton<AccountOpening>();
        services.AddSingleton<LedgerQueries>();
        services.AddSingleton<StatementQuery>();
        services.AddSingleton<LedgerVerifier>();
        services.AddSingleton(s => new AccountLimits(s.Get<Database>()));
        services.AddSingleton(s => new NoticeStore(s.Get<Database>()));
    }

    // They stop in reverse order: what feeds others stops before them.
    private static void AddHostedParts(this IServiceCollection services)
    {
        services.AddHosted<PriceBook>();
        services.AddHosted<QueueGauges>();
        services.AddHosted<RunCommits>();
        services.AddHosted<RunWriter>();
        services.AddHosted<LeaseKeeper>();
        services.AddHosted<JobWorker>();
        services.AddHosted<ScheduleClock>();
        services.AddHosted<RunRetention>();
    }

    private static void AddHosted<T>(this IServiceCollection services) where T : class, IHostedService =>
        services.AddHostedService(s => s.GetRequiredService<T>());

    private static T Get<T>(this IServiceProvider services) where T : notnull => services.GetRequiredService<T>();
}
