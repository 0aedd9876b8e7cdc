using AutoForge.Server.Accounts;
using AutoForge.Server.Api.Problems;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace AutoForge.Server.Operations;

/// <summary>What <c>/openapi/v1.json</c> says beyond the routes: ways to sign in, who may call what, and how errors look.</summary>
internal static class ApiDescription
{
    private const string Bearer = "bearer";
    private const string Cookie = "cookie";

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "AutoForge",
                Version = "v1",
                Description = "Automations that cost money only if the whole run succeeds. Amounts are US cents, times are UTC, errors are RFC 9457 problems.",
            };
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                [Bearer] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                    Description = "An access token from `POST /api/auth/login`, or an API key (`af_live_…`).",
                },
                [Cookie] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.ApiKey,
                    In = ParameterLocation.Cookie,
                    Name = AccountsSetup.CookieName,
                    Description = "The session of a browser; requests that change something must come from the server's own pages.",
                },
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(async (operation, context, cancellationToken) =>
        {
            var access = context.Description.ActionDescriptor.EndpointMetadata.OfType<AccessMetadata>().LastOrDefault()?.Access;
            if (access != Access.Public)
            {
                operation.Security =
                [
                    new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] },
                    new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Cookie, context.Document)] = [] },
                ];
            }
            operation.Responses ??= [];
            operation.Responses["default"] = new OpenApiResponse
            {
                Description = "A problem; `code` says which.",
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [Problem.MediaType] = new() { Schema = await context.GetOrCreateSchemaAsync(typeof(Problem), null, cancellationToken) },
                },
            };
        });
    }
}
