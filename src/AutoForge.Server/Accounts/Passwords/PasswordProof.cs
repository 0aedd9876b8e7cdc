using AutoForge.Server.Accounts.SignIn;
using AutoForge.Server.Api.Problems;
using Microsoft.AspNetCore.Identity;

namespace AutoForge.Server.Accounts.Passwords;

/// <summary>Asks a signed-in user for the password again, before something that a borrowed browser must not do.</summary>
internal sealed class PasswordProof(UserManager<User> users, SignInThrottle throttle)
{
    /// <summary>The user who is signed in.</summary>
    public async Task<User> CallerAsync(HttpContext context) =>
        await users.FindByIdAsync(context.User.UserId().ToString()) ?? throw new NotFoundException();

    /// <summary>The user who is signed in, if the password is theirs.</summary>
    /// <exception cref="InvalidInputException">It is not; the error stands beside <paramref name="field"/>.</exception>
    /// <exception cref="RateLimitedException">It was tried too often.</exception>
    public async Task<User> DemandAsync(string? password, HttpContext context, string field = "password")
    {
        var user = await CallerAsync(context);
        throttle.CountEmail(user.Email!);
        return await users.CheckPasswordAsync(user, password ?? "") ? user : throw new InvalidInputException(field, "The password is wrong.");
    }
}
