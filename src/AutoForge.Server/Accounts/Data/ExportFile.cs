using Microsoft.AspNetCore.Http.Features;

namespace AutoForge.Server.Accounts.Data;

/// <summary>An export as the answer to a request.</summary>
internal sealed class ExportFile(AccountExport export, object profile) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/zip";
        httpContext.Response.Headers.ContentDisposition = "attachment; filename=\"autoforge-account.zip\"";
        httpContext.Response.Headers.CacheControl = "no-store";
        // A ZIP's entries are closed by a few synchronous writes of what the compressor still holds.
        httpContext.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
        return export.WriteAsync(httpContext.User.AccountId(), profile, httpContext.Response.Body, httpContext.RequestAborted);
    }
}
