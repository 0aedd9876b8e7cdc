using AutoForge.Engine.Connections;
using AutoForge.Engine.Storage;
using AutoForge.Server.Accounts.Admin;
using AutoForge.Server.Accounts.ApiKeys;
using AutoForge.Server.Accounts.Audit;
using AutoForge.Server.Accounts.Confirmation;
using AutoForge.Server.Accounts.Data;
using AutoForge.Server.Accounts.Keys;
using AutoForge.Server.Accounts.Passwords;
using AutoForge.Server.Accounts.Sessions;
using AutoForge.Server.Accounts.Settings;
using AutoForge.Server.Accounts.SignIn;
using AutoForge.Server.Accounts.TwoFactor;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Accounts;

/// <summary>Users, sign-in and who may call what.</summary>
internal static class AccountsSetup
{
    public const string CookieName = "autoforge";

    // OWASP's figure for PBKDF2 with HMAC-SHA512; Identity's own default is 100,000.
    private const int PasswordIterations = 210_000;

    public static void AddAccounts(this IServiceCollection services)
    {
        services.AddSharedKeys();
        services.AddUsers();
        services.AddSchemes();
        services.AddAuthorization(AccessPolicies.Configure);
    }

    private static void AddSharedKeys(this IServiceCollection services)
    {
        // These are made with the host and used once the database is open.
        services.AddSingleton(provider => new KeyTable(provider.GetRequiredService<Database>));
        services.AddSingleton(provider => new KeySeal(
            (plaintext, associatedData) => provider.GetRequiredService<SecretBox>().Protect(plaintext, associatedData),
            (sealedBytes, associatedData) => provider.GetRequiredService<SecretBox>().Unprotect(sealedBytes, associatedData)));
        // Before the framework's own reader of keys, which starts in order of registration.
        services.AddHostedService<FirstKey>();
        services.AddDataProtection().SetApplicationName("AutoForge");
        services.AddOptions<KeyManagementOptions>().Configure<KeyTable, IServiceProvider>((options, table, provider) =>
        {
            options.XmlRepository = table;
            options.XmlEncryptor = new KeyEncryptor(provider.GetRequiredService<KeySeal>());
        });
    }

    private static void AddUsers(this IServiceCollection services)
    {
        services.AddDbContext<AccountsDbContext>((provider, options) => options.UseNpgsql(provider.GetRequiredService<Database>().DataSource));
        // Ahead of Identity's validator of digits and capitals.
        services.AddScoped<IPasswordValidator<User>, PasswordPolicy>();
        services.AddIdentityCore<User>(options =>
        {
            options.User.RequireUniqueEmail = true;
            options.User.AllowedUserNameCharacters = "";
            options.Tokens.EmailConfirmationTokenProvider = ConfirmationTokens.Provider;
            options.Tokens.ChangeEmailTokenProvider = ConfirmationTokens.Provider;
        })
            .AddUserStore<UserOnlyStore<User, AccountsDbContext, Guid>>()
            .AddTokenProvider<DataProtectorTokenProvider<User>>(TokenOptions.DefaultProvider)
            .AddTokenProvider<ConfirmationTokens>(ConfirmationTokens.Provider);
        services.Configure<DataProtectionTokenProviderOptions>(options => options.TokenLifespan = PasswordReset.Lifetime);
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = PasswordIterations);

        services.AddScoped<Registration>();
        services.AddScoped<PasswordSignIn>();
        services.AddScoped<PasswordProof>();
        services.AddScoped<PasswordChange>();
        services.AddScoped<PasswordReset>();
        services.AddScoped<EmailConfirmation>();
        services.AddScoped<EmailChange>();
        services.AddScoped<Profile>();
        services.AddSingleton<AuthenticatorStore>();
        services.AddSingleton<SecondFactor>();
        services.AddScoped<SignInTicket>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton<ApiKeyIssue>();
        services.AddSingleton<AccountContacts>();
        services.AddSingleton<ExportSources>();
        services.AddSingleton<ErasureRooms>();
        services.AddSingleton<AccountExport>();
        services.AddScoped<AccountDeletion>();
        services.AddSingleton<AdminInvitations>();
        services.AddHostedService(provider => provider.GetRequiredService<AdminInvitations>());
        services.AddSingleton<AuditLog>();
    }

    private static void AddSchemes(this IServiceCollection services)
    {
        // No default to authenticate with: only routes that ask for a caller look for one, so that health checks and webhooks
        // never wait for a session to be looked up.
        services.AddAuthentication(options => options.DefaultChallengeScheme = Schemes.Any)
            .AddScheme<AuthenticationSchemeOptions, CallerHandler>(Schemes.Any, configureOptions: null)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(Schemes.ApiKey, configureOptions: null)
            .AddBearerToken(Schemes.Token)
            .AddCookie(Schemes.Cookie);

        services.AddOptions<CookieAuthenticationOptions>(Schemes.Cookie).Configure<IOptions<ServerOptions>>((cookie, server) =>
        {
            var isHttps = server.Value.IsHttps;
            cookie.Cookie.Name = isHttps ? "__Host-" + CookieName : CookieName;
            cookie.Cookie.SecurePolicy = isHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Lax;
            cookie.Cookie.Path = "/";
            cookie.ExpireTimeSpan = SessionStore.Lifetime;
            cookie.SlidingExpiration = false;
        });
    }
}
