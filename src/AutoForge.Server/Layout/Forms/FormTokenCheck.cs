using Microsoft.AspNetCore.Antiforgery;

namespace AutoForge.Server.Layout.Forms;

/// <summary>Refuses a form without the token of its page before its handler runs, whether that reads the form or not.</summary>
internal sealed class FormTokenCheck(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) => context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false, Error: var error }
        ? throw new BadHttpRequestException("The form's token is missing or wrong.", StatusCodes.Status400BadRequest, error ?? new AntiforgeryValidationException("No token."))
        : next(context);
}
