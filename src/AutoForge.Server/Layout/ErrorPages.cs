using AutoForge.Server.Api.Problems;

namespace AutoForge.Server.Layout;

/// <summary>Shows a problem to people as a page, where programs get JSON.</summary>
internal static class ErrorPages
{
    private const string Unexpected = "Something went wrong here, not with you. Try it once more.";

    private static readonly string[] ForPrograms = ["/api", "/hooks", "/elsa", "/openapi"];

    /// <summary>Whether a browser asks on behalf of a reader who will look at the answer.</summary>
    public static bool AreWanted(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && !ForPrograms.Any(path => request.Path.StartsWithSegments(path));

    public static Task WriteAsync(HttpContext context, Problem problem) =>
        new HtmlPage<ErrorPage>(
            new { problem.Title, Detail = problem.TraceId is null ? problem.Detail : Unexpected, problem.TraceId }, problem.Status).ExecuteAsync(context);
}
