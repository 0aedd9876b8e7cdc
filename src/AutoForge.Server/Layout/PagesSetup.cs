using AutoForge.Server.Accounts;
using AutoForge.Server.Admin;
using AutoForge.Server.Dashboard;
using AutoForge.Server.Operations;
using AutoForge.Server.Runs;
using AutoForge.Server.Usage;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Layout;

/// <summary>What pages and their forms need.</summary>
internal static class PagesSetup
{
    public static void AddPages(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddSingleton<RunRows>();
        services.AddSingleton<RunReport>();
        services.AddSingleton<FirstSteps>();
        services.AddSingleton<DashboardReport>();
        services.AddSingleton<UsageReport>();
        services.AddSingleton<AdminQueries>();
        services.AddSingleton<HealthQueries>();
        services.AddSingleton<AccountPages>();
        services.AddSingleton<RefundDesk>();
        services.AddSingleton<StatusReport>();
        services.AddOptions<AntiforgeryOptions>().Configure<IOptions<ServerOptions>>((forms, server) =>
        {
            var isHttps = server.Value.IsHttps;
            forms.Cookie.Name = (isHttps ? "__Host-" : "") + AccountsSetup.CookieName + "-forms";
            forms.Cookie.SecurePolicy = isHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            forms.Cookie.Path = "/";
            // Every answer says so already.
            forms.SuppressXFrameOptionsHeader = true;
        });
    }
}
