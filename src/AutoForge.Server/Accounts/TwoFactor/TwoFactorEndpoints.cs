using AutoForge.Server.Accounts.Passwords;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AutoForge.Server.Accounts.TwoFactor;

internal static class TwoFactorEndpoints
{
    public static void MapTwoFactor(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/api/user/two-factor").WithTags("Account").ForAccount().ForSessionsOnly();
        group.MapGet("/", GetAsync).WithSummary("Whether two-factor is on, and how many recovery codes are left");
        group.MapPost("/setup", SetUpAsync).WithSummary("A secret for the authenticator app; it decides nothing until it is confirmed");
        group.MapPost("/confirm", ConfirmAsync).WithSummary("Switch two-factor on with a first code; the recovery codes are shown only in this answer");
        group.MapPost("/recovery-codes", RenewAsync).WithSummary("New recovery codes; those of before are void");
        group.MapPost("/disable", DisableAsync).WithSummary("Switch two-factor off");
    }

    private static async Task<Ok<TwoFactorState>> GetAsync(HttpContext context, PasswordProof proof, SecondFactor factor)
    {
        var authenticator = await factor.FindAsync(await proof.CallerAsync(context), context.RequestAborted);
        return TypedResults.Ok(new TwoFactorState(authenticator is not null, authenticator?.CodesLeft ?? 0));
    }

    private static async Task<Ok<SetupAnswer>> SetUpAsync(PasswordRequest request, HttpContext context, PasswordProof proof, SecondFactor factor)
    {
        var user = await proof.DemandAsync(request.Password, context);
        var secret = await factor.PrepareAsync(user, context.RequestAborted);
        return TypedResults.Ok(new SetupAnswer(Totp.Text(secret), Totp.Uri(secret, user.Email!)));
    }

    private static async Task<Ok<CodesAnswer>> ConfirmAsync(CodeRequest request, HttpContext context, PasswordProof proof, SecondFactor factor) =>
        TypedResults.Ok(new CodesAnswer(await factor.ConfirmAsync(await proof.CallerAsync(context), request.Code, context)));

    private static async Task<Ok<CodesAnswer>> RenewAsync(PasswordRequest request, HttpContext context, PasswordProof proof, SecondFactor factor) =>
        TypedResults.Ok(new CodesAnswer(await factor.RenewCodesAsync(await proof.DemandAsync(request.Password, context), context)));

    private static async Task<NoContent> DisableAsync(PasswordRequest request, HttpContext context, PasswordProof proof, SecondFactor factor)
    {
        await factor.SwitchOffAsync(await proof.DemandAsync(request.Password, context), context);
        return TypedResults.NoContent();
    }

    internal sealed record TwoFactorState(bool IsOn, int RecoveryCodesLeft);

    internal sealed record PasswordRequest(string? Password);

    internal sealed record CodeRequest(string? Code);

    internal sealed record SetupAnswer(string Secret, string Uri);

    internal sealed record CodesAnswer(IReadOnlyList<string> RecoveryCodes);
}
