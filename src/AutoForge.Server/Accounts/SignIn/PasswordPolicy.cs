using System.Collections.Frozen;
using System.Reflection;
using Microsoft.AspNetCore.Identity;

namespace AutoForge.Server.Accounts.SignIn;

/// <summary>
/// Length and guessability decide, not the kinds of characters (NIST SP 800-63B): at least 12 characters, not a password
/// that everybody tries, not the user's own address.
/// </summary>
internal sealed class PasswordPolicy : IPasswordValidator<User>
{
    public const int Shortest = 12;
    private const int Longest = 256;
    private const int FewestDistinct = 5;
    private const int ShortestTellingName = 4;

    private static readonly Lazy<FrozenSet<string>> Common = new(LoadCommon);

    /// <summary>What is wrong with the password, for a person; null when it will do.</summary>
    public static string? Objection(string? password, string? email)
    {
        if (password is null || password.Length < Shortest)
            return $"Use at least {Shortest} characters.";
        if (password.Length > Longest)
            return $"Use at most {Longest} characters.";
        if (password.Distinct().Count() < FewestDistinct || Common.Value.Contains(password.ToLowerInvariant()))
            return "This password is among the first that others would try.";
        if (email is not null && EmailAddress.NameOf(email) is { Length: >= ShortestTellingName } name
            && password.Contains(name, StringComparison.OrdinalIgnoreCase))
            return "Do not use your e-mail address in the password.";
        return null;
    }

    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user, string? password) =>
        Task.FromResult(Objection(password, user.Email) is { } objection
            ? IdentityResult.Failed(new IdentityError { Code = "Password", Description = objection })
            : IdentityResult.Success);

    private static FrozenSet<string> LoadCommon()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("CommonPasswords.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToFrozenSet();
    }
}
