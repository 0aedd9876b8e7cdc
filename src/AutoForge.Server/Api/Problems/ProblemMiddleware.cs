using System.Globalization;
using System.Text.Json;
using AutoForge.Server.Layout;
using AutoForge.Server.Operations.Telemetry;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace AutoForge.Server.Api.Problems;

/// <summary>The one place where errors become answers: exceptions, and statuses that nobody gave a body.</summary>
internal sealed class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger, ServerMetrics metrics, IOptions<JsonOptions> json)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; nobody reads an answer.
            return;
        }
        // The process edge of a request: whatever it is, the caller gets a problem and the log gets the exception.
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            var problem = ProblemMapping.From(exception, context);
            if (problem.Code == "internal_error")
                Log.RequestFailed(logger, exception, context.Request.Method, context.Request.Path);
            else if (problem.Code == "database_unavailable")
                Log.DatabaseUnavailable(logger, exception, context.Request.Method, context.Request.Path);
            metrics.Answered(problem, context.Request.Path);
            context.Response.Clear();
            await WriteAsync(context, problem);
            return;
        }

        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
            await WriteAsync(context, Problem.Of(ProblemCatalogue.ForStatus(context.Response.StatusCode)));
    }

    private Task WriteAsync(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        if (problem.RetryAfter is { } wait)
            context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (ErrorPages.AreWanted(context.Request))
            return ErrorPages.WriteAsync(context, problem);
        return context.Response.WriteAsJsonAsync(problem, json.Value.SerializerOptions, Problem.MediaType, context.RequestAborted);
    }
}
