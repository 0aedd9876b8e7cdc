using AutoForge.Server.Accounts.Admin;
using AutoForge.Server.Accounts.ApiKeys;
using AutoForge.Server.Accounts.Audit;
using AutoForge.Server.Accounts.Confirmation;
using AutoForge.Server.Accounts.Data;
using AutoForge.Server.Accounts.Passwords;
using AutoForge.Server.Accounts.Sessions;
using AutoForge.Server.Accounts.Settings;
using AutoForge.Server.Accounts.SignIn;
using AutoForge.Server.Accounts.TwoFactor;

namespace AutoForge.Server.Accounts;

/// <summary>All routes about users and their accounts.</summary>
internal static class AccountRoutes
{
    public static void MapAccounts(this IEndpointRouteBuilder app)
    {
        app.MapSignInPages();
        app.MapPasswordPages();
        app.MapSettingsPages();
        app.MapTwoFactorPages();
        app.MapApiKeyPages();
        app.MapAdminClaim();
        app.MapAuth();
        app.MapPasswords();
        app.MapConfirmation();
        app.MapProfile();
        app.MapTwoFactor();
        app.MapSessions();
        app.MapApiKeys();
        app.MapAudit();
        app.MapData();
    }
}
