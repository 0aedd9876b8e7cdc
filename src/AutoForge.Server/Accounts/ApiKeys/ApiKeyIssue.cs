using AutoForge.Server.Accounts.Audit;
using AutoForge.Server.Api.Problems;

namespace AutoForge.Server.Accounts.ApiKeys;

/// <summary>Makes, replaces and deletes API keys for the caller's account.</summary>
internal sealed class ApiKeyIssue(ApiKeyStore keys, AuditLog audit, TimeProvider time)
{
    /// <summary>How long the old key goes on after it was rotated, at most.</summary>
    public const int LongestGraceHours = 24;

    private const int LongestName = 100;

    /// <param name="scopes">Null or empty = all.</param>
    /// <param name="expiresAt">Null = never.</param>
    /// <exception cref="InvalidInputException">Something will not do.</exception>
    /// <exception cref="AutoForgeException"><c>too_many_api_keys</c>.</exception>
    public async Task<NewApiKey> CreateAsync(string? name, IReadOnlyList<string>? scopes, DateTimeOffset? expiresAt, HttpContext context)
    {
        var errors = new List<FieldError>();
        name = name?.Trim();
        if (name is not { Length: > 0 and <= LongestName } || name.Any(char.IsControl))
            errors.Add(new FieldError("name", $"Give the key a name of 1 to {LongestName} characters."));
        if (scopes?.FirstOrDefault(scope => !KeyScope.IsKnown(scope)) is { } unknown)
            errors.Add(new FieldError("scopes", $"There is no scope '{unknown}'; the scopes are {string.Join(", ", KeyScope.All.Select(scope => scope.Name))}."));
        if (expiresAt <= time.GetUtcNow())
            errors.Add(new FieldError("expiresAt", "The key would have expired already."));
        if (errors.Count > 0)
            throw new InvalidInputException(errors);

        var created = new NewApiKey(Ids.NewId(), name!, ApiKeyText.New(), scopes is { Count: > 0 } ? [.. scopes.Distinct()] : [KeyScope.Full], expiresAt);
        if (!await keys.TryAddAsync(context.User.AccountId(), context.User.UserId(), created, context.RequestAborted))
            throw TooMany();
        await RecordAsync(AuditAction.KeyCreated, created.Id, $"{created.Name} ({string.Join(", ", created.Scopes)})", context);
        return created;
    }

    /// <summary>A new key like the old one, which goes on for the grace and then expires: time to put the new one in its place.</summary>
    /// <param name="graceHours">0 to 24; null = 24.</param>
    /// <exception cref="InvalidInputException">The grace is too long.</exception>
    /// <exception cref="NotFoundException">The account has no such key, or it has expired.</exception>
    public async Task<NewApiKey> RotateAsync(Guid id, int? graceHours, HttpContext context)
    {
        if (graceHours is < 0 or > LongestGraceHours)
            throw new InvalidInputException("graceHours", $"The old key goes on for 0 to {LongestGraceHours} hours.");
        var grace = TimeSpan.FromHours(graceHours ?? LongestGraceHours);

        var key = ApiKeyText.New();
        var rotated = await keys.RotateAsync(context.User.AccountId(), context.User.UserId(), id, key, grace, context.RequestAborted) ?? throw new NotFoundException();
        await RecordAsync(AuditAction.KeyRotated, id, $"{rotated.Name}: the old key goes on for {grace.TotalHours:0} hours", context);
        return rotated;
    }

    /// <exception cref="NotFoundException">The account has no such key.</exception>
    public async Task DeleteAsync(Guid id, HttpContext context)
    {
        if (!await keys.DeleteAsync(context.User.AccountId(), id, context.RequestAborted))
            throw new NotFoundException();
        await RecordAsync(AuditAction.KeyDeleted, id, null, context);
    }

    private Task RecordAsync(string action, Guid id, string? detail, HttpContext context) =>
        audit.RecordAsync(AuditEntry.By(context, action, id.ToString(), detail), context.RequestAborted);

    private static AutoForgeException TooMany() =>
        new("too_many_api_keys", $"An account has at most {ApiKeyStore.MostPerAccount} API keys; delete one first.");
}
