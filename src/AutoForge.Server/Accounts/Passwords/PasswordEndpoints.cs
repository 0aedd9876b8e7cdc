using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Accounts.Passwords;

internal static class PasswordEndpoints
{
    public static void MapPasswords(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/auth/forgot-password", Forgot).ForAnyone().WithTags("Sign-in")
            .WithSummary("Send a link to reset the password; the answer is the same whether the address is known or not");
        app.MapPost("/api/auth/reset-password", ResetAsync).ForAnyone().WithTags("Sign-in").WithSummary("Set a new password with the token of the link");
        app.MapPut("/api/user/password", ChangeAsync).ForAccount().ForSessionsOnly().WithTags("Account")
            .WithSummary("Change the password; all other sessions end");
    }

    private static NoContent Forgot(ForgotRequest request, PasswordReset reset, HttpContext context)
    {
        reset.Ask(request.Email, context);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ResetAsync(ResetRequest request, PasswordReset reset, HttpContext context)
    {
        await reset.ResetAsync(request.Email, request.Token, request.NewPassword, context);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> ChangeAsync(ChangeRequest request, PasswordChange change, HttpContext context)
    {
        await change.ChangeAsync(request.CurrentPassword, request.NewPassword, context);
        return TypedResults.NoContent();
    }

    internal sealed record ForgotRequest(string? Email);

    internal sealed record ResetRequest(string? Email, string? Token, string? NewPassword);

    internal sealed record ChangeRequest(string? CurrentPassword, string? NewPassword);
}
