using AutoForge.Server.Accounts.ApiKeys;
using AutoForge.Server.Accounts.Passwords;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Accounts.Settings;

internal static class ProfileEndpoints
{
    public static void MapProfile(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/user/profile").WithTags("Account").ForAccount();
        group.MapGet("/", GetAsync).ForKeys(KeyScope.Full).WithSummary("What the user says about themselves");
        group.MapPut("/", PutAsync).ForSessionsOnly().WithSummary("Change it; what is left out stays");
    }

    private static async Task<Ok<ProfileAnswer>> GetAsync(HttpContext context, PasswordProof proof) =>
        TypedResults.Ok(ProfileAnswer.Of(await proof.CallerAsync(context)));

    private static async Task<Ok<ProfileAnswer>> PutAsync(ProfileRequest request, HttpContext context, Profile profile) =>
        TypedResults.Ok(ProfileAnswer.Of(await profile.ChangeAsync(request.Name, request.TimeZone, request.Language, context)));

    internal sealed record ProfileRequest(string? Name, string? TimeZone, string? Language);

    internal sealed record ProfileAnswer(Guid UserId, string Email, bool EmailConfirmed, string Name, string TimeZone, string Language, bool IsAdmin)
    {
        public static ProfileAnswer Of(User user) =>
            new(user.Id, user.Email!, user.EmailConfirmed, user.Name, user.TimeZone, user.Language, user.IsAdmin);
    }
}
