using System.Text.RegularExpressions;
using AutoForge.Engine.Triggers.Schedules;
using AutoForge.Server.Accounts.Audit;
using AutoForge.Server.Accounts.Passwords;
using AutoForge.Server.Api.Problems;
using Microsoft.AspNetCore.Identity;

namespace AutoForge.Server.Accounts.Settings;

/// <summary>What a user says about themselves.</summary>
internal sealed partial class Profile(UserManager<User> users, PasswordProof proof, AuditLog audit)
{
    private const int LongestName = 100;

    /// <summary>What the profile page offers; the API takes every well-formed tag.</summary>
    public static IReadOnlyList<(string Tag, string Name)> Languages { get; } =
        [("en", "English"), ("de", "Deutsch"), ("es", "Español"), ("fr", "Français"), ("it", "Italiano"), ("nl", "Nederlands"), ("pl", "Polski"), ("pt-BR", "Português (Brasil)")];

    /// <summary>Changes what is given; null leaves it as it is.</summary>
    /// <exception cref="InvalidInputException">Something will not do.</exception>
    public async Task<User> ChangeAsync(string? name, string? timeZone, string? language, HttpContext context)
    {
        var user = await proof.CallerAsync(context);
        name = name?.Trim() ?? user.Name;
        timeZone ??= user.TimeZone;
        language ??= user.Language;

        var errors = new List<FieldError>();
        if (name.Length > LongestName || name.Any(char.IsControl))
            errors.Add(new FieldError("name", $"Use at most {LongestName} characters, on one line."));
        if (!ZoneNames.Places.Contains(timeZone))
            errors.Add(new FieldError("timeZone", "Choose a time zone, such as Europe/Berlin."));
        if (!LanguageTag().IsMatch(language))
            errors.Add(new FieldError("language", "Choose a language, such as en or pt-BR."));
        if (errors.Count > 0)
            throw new InvalidInputException(errors);

        (user.Name, user.TimeZone, user.Language) = (name, timeZone, language);
        var result = await users.UpdateAsync(user);
        if (!result.Succeeded)
            throw new InvalidOperationException($"The profile was not stored: {result}");
        await audit.RecordAsync(AuditEntry.By(context, AuditAction.ProfileChanged), context.RequestAborted);
        return user;
    }

    [GeneratedRegex("^[a-z]{2,3}(-[A-Z]{2})?$", RegexOptions.NonBacktracking)]
    private static partial Regex LanguageTag();
}
