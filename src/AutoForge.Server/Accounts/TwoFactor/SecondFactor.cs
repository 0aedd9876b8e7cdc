using System.Security.Cryptography;
using AutoForge.Server.Accounts.Audit;
using AutoForge.Server.Accounts.Keys;
using AutoForge.Server.Accounts.SignIn;
using AutoForge.Server.Api.Problems;

namespace AutoForge.Server.Accounts.TwoFactor;

/// <summary>The second factor: a code of an authenticator app, or one of the recovery codes.</summary>
internal sealed class SecondFactor(AuthenticatorStore store, KeySeal seal, SignInThrottle throttle, AuditLog audit, TimeProvider time)
{
    public async Task<Authenticator?> FindAsync(User user, CancellationToken cancellationToken) =>
        await store.FindAsync(user, cancellationToken) is { IsOn: true } authenticator ? authenticator : null;

    /// <summary>Lets a user pass whose password was right: with the right code, or without any if two-factor is off.</summary>
    /// <exception cref="AutoForgeException"><c>two_factor_required</c>: no code, or a wrong one. <c>rate_limited</c>.</exception>
    public async Task CheckAsync(User user, string? code, string? recoveryCode, HttpContext context)
    {
        if (await FindAsync(user, context.RequestAborted) is not { } authenticator)
            return;
        if (string.IsNullOrWhiteSpace(code) && string.IsNullOrWhiteSpace(recoveryCode))
            throw Required("Enter the code that your authenticator app shows.");

        // Six digits are guessed soon by somebody who knows the password.
        throttle.CountCode(user.Id);
        if (!string.IsNullOrWhiteSpace(code))
        {
            if (Totp.Match(Open(user, authenticator), code, time.GetUtcNow()) is not { } step || !await store.TryUseStepAsync(user, step, context.RequestAborted))
                throw Required("The code is wrong, or was used already. Wait for the next one.");
            return;
        }
        if (!await store.TryUseCodeAsync(user, RecoveryCode.Hash(recoveryCode!), context.RequestAborted))
            throw Required("The recovery code is wrong, or was used already.");
        await audit.RecordAsync(
            AuditEntry.About(user, context, AuditAction.RecoveryCodeUsed, $"{authenticator.CodesLeft - 1} are left"), context.RequestAborted);
    }

    /// <summary>Makes a secret for the user's app to read. Until <see cref="ConfirmAsync"/> it decides nothing.</summary>
    /// <exception cref="AutoForgeException"><c>two_factor_on</c>.</exception>
    public async Task<byte[]> PrepareAsync(User user, CancellationToken cancellationToken)
    {
        var secret = RandomNumberGenerator.GetBytes(Totp.SecretBytes);
        return await store.TryPrepareAsync(user, seal.Seal(secret, Purpose(user)), cancellationToken) ? secret : throw AlreadyOn();
    }

    /// <summary>The secret that was prepared and not confirmed yet.</summary>
    /// <exception cref="AutoForgeException"><c>two_factor_on</c>, <c>two_factor_off</c>.</exception>
    public async Task<byte[]> PreparedAsync(User user, CancellationToken cancellationToken) =>
        await store.FindAsync(user, cancellationToken) switch
        {
            null => throw NotOn(),
            { IsOn: true } => throw AlreadyOn(),
            var authenticator => Open(user, authenticator),
        };

    /// <summary>Switches two-factor on, after a first right code has shown that the app has the secret.</summary>
    /// <returns>The recovery codes, which are never seen again.</returns>
    /// <exception cref="InvalidInputException">The code is wrong.</exception>
    public async Task<IReadOnlyList<string>> ConfirmAsync(User user, string? code, HttpContext context)
    {
        throttle.CountCode(user.Id);
        var secret = await PreparedAsync(user, context.RequestAborted);
        if (Totp.Match(secret, code, time.GetUtcNow()) is not { } step)
            throw new InvalidInputException("code", "The code is wrong. The app shows a new one every 30 seconds.");
        var codes = RecoveryCode.NewSet();
        if (!await store.TryConfirmAsync(user, step, codes.Select(RecoveryCode.Hash), context.RequestAborted))
            throw AlreadyOn();
        await audit.RecordAsync(AuditEntry.By(context, AuditAction.TwoFactorOn), context.RequestAborted);
        return codes;
    }

    /// <summary>New recovery codes; those of before are void.</summary>
    /// <exception cref="AutoForgeException"><c>two_factor_off</c>.</exception>
    public async Task<IReadOnlyList<string>> RenewCodesAsync(User user, HttpContext context)
    {
        if (await FindAsync(user, context.RequestAborted) is null)
            throw NotOn();
        var codes = RecoveryCode.NewSet();
        await store.RenewCodesAsync(user, codes.Select(RecoveryCode.Hash), context.RequestAborted);
        await audit.RecordAsync(AuditEntry.By(context, AuditAction.RecoveryCodesRenewed), context.RequestAborted);
        return codes;
    }

    /// <exception cref="AutoForgeException"><c>two_factor_off</c>.</exception>
    public async Task SwitchOffAsync(User user, HttpContext context)
    {
        if (!await store.RemoveAsync(user, context.RequestAborted))
            throw NotOn();
        await audit.RecordAsync(AuditEntry.By(context, AuditAction.TwoFactorOff), context.RequestAborted);
    }

    private byte[] Open(User user, Authenticator authenticator) => seal.Open(authenticator.SealedSecret, Purpose(user));

    // A secret that is copied to another user's row does not open.
    private static byte[] Purpose(User user) => [.. "authenticator"u8, .. user.Id.ToByteArray()];

    private static AutoForgeException Required(string message) => new("two_factor_required", message);

    private static AutoForgeException AlreadyOn() => new("two_factor_on", "Two-factor is switched on already.");

    private static AutoForgeException NotOn() => new("two_factor_off", "Two-factor is not switched on.");
}
