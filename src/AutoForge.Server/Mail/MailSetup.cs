namespace AutoForge.Server.Mail;

internal static class MailSetup
{
    public static void AddServerMail(this IServiceCollection services)
    {
        services.AddSingleton<ServerMail>();
        services.AddHostedService(provider => provider.GetRequiredService<ServerMail>());
    }
}
