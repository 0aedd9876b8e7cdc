using AutoForge.Server.Api.Problems;

namespace AutoForge.Server.Studio;

/// <summary>
/// Studio shows a refusal as red messages when it is a 400 with errors by field; most other statuses end the page's
/// element. What a user can mend is therefore told in that shape, and everything else is left to the problem answers.
/// </summary>
internal sealed class StudioRefusal : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (AutoForgeException exception) when (ProblemMapping.From(exception, context.HttpContext) is { Status: 400 or 409 or 422 } problem)
        {
            return Of(problem.Errors is { } errors
                ? errors.GroupBy(error => error.Field).ToDictionary(field => field.Key, field => field.Select(error => error.Message).ToArray())
                : new() { [problem.Code] = [problem.Detail] });
        }
    }

    /// <summary>A 400 that Studio shows message by message.</summary>
    public static IResult Of(Dictionary<string, string[]> errors) =>
        TypedResults.Json(new { Title = "The request cannot be carried out", Status = 400, Errors = errors }, StudioJson.Options, statusCode: StatusCodes.Status400BadRequest);
}
