using System.Globalization;
using System.Security.Claims;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Layout;
using AutoForge.Server.Layout.Forms;
using Microsoft.AspNetCore.Mvc;

namespace AutoForge.Server.Accounts.ApiKeys;

/// <summary>API keys in a browser.</summary>
internal static class ApiKeyPages
{
    private const string Path = "/settings/api-keys";

    public static void MapApiKeyPages(this IEndpointRouteBuilder app)
    {
        var pages = app.MapGroup(Path).ExcludeFromDescription().ForUser();
        pages.MapGet("/", ShowAsync);
        pages.MapPost("/", CreateAsync);
        pages.MapPost("/{id:guid}/rotate", RotateAsync);
        pages.MapPost("/{id:guid}/delete", DeleteAsync);
    }

    private static async Task<IResult> ShowAsync(ClaimsPrincipal caller, ApiKeyStore keys, CancellationToken cancellationToken) =>
        new HtmlPage<ApiKeysPage>(new { Keys = await keys.ListAsync(caller.AccountId(), cancellationToken) });

    private static async Task<IResult> CreateAsync([FromForm] IFormCollection form, HttpContext context, ApiKeyIssue issue, ApiKeyStore keys, TimeProvider time)
    {
        var name = form["name"].ToString();
        var scopes = form["scopes"].OfType<string>().ToList();
        try
        {
            // To a program no scopes are all scopes; a person who forgot to choose is asked.
            if (scopes.Count == 0)
                throw new InvalidInputException("scopes", "Choose what the key may do.");
            DateTimeOffset? expiresAt = int.TryParse(form["days"], NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days > 0
                ? time.GetUtcNow().AddDays(days)
                : null;
            var created = await issue.CreateAsync(name, scopes, expiresAt, context);
            return new HtmlPage<ApiKeysPage>(new { Created = created, Keys = await keys.ListAsync(context.User.AccountId(), context.RequestAborted) });
        }
        catch (AutoForgeException e)
        {
            var errors = FormErrors.From(e, context, "name", "scopes");
            return new HtmlPage<ApiKeysPage>(
                new { Name = name, Scopes = scopes, Errors = errors, Keys = await keys.ListAsync(context.User.AccountId(), context.RequestAborted) }, errors.Status);
        }
    }

    // The forms are read for their tokens alone.
    private static async Task<IResult> RotateAsync(Guid id, [FromForm] IFormCollection form, HttpContext context, ApiKeyIssue issue, ApiKeyStore keys)
    {
        var created = await issue.RotateAsync(id, graceHours: null, context);
        return new HtmlPage<ApiKeysPage>(new { Created = created, Keys = await keys.ListAsync(context.User.AccountId(), context.RequestAborted) });
    }

    private static async Task<IResult> DeleteAsync(Guid id, [FromForm] IFormCollection form, HttpContext context, ApiKeyIssue issue)
    {
        await issue.DeleteAsync(id, context);
        return TypedResults.LocalRedirect(Path);
    }
}
