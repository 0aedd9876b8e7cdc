namespace AutoForge.Server.Accounts;

/// <summary>Puts the caller's account on every log line of a request.</summary>
internal sealed class CallerLogScope(RequestDelegate next, ILogger<CallerLogScope> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.User.HasAccount())
        {
            await next(context);
            return;
        }
        using (logger.BeginScope(new KeyValuePair<string, object>[] { new("AccountId", context.User.AccountId()) }))
            await next(context);
    }
}
