using AutoForge.Engine.Ledger;
using AutoForge.Server.Accounts.Audit;
using AutoForge.Server.Accounts.Confirmation;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Billing.Plans;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AutoForge.Server.Accounts.SignIn;

/// <summary>Makes users.</summary>
internal sealed class Registration(
    UserManager<User> users, AccountOpening accounts, FreePlan freePlan, EmailConfirmation confirmation, AuditLog audit, IOptions<ServerOptions> options)
{
    /// <exception cref="InvalidInputException">The address or the password will not do.</exception>
    /// <exception cref="AutoForgeException"><c>email_taken</c>.</exception>
    public async Task<User> RegisterAsync(Credentials credentials, HttpContext context)
    {
        var (email, password) = Check(credentials);
        if (await users.FindByEmailAsync(email) is not null)
            throw EmailTaken();

        var user = new User { Id = Ids.NewId(), AccountId = Ids.NewId(), Email = email, UserName = email };
        // Crash after this line: an account that nobody can reach, with a credit that nobody can spend. The other order
        // would leave a user without an account.
        await accounts.OpenAsync(user.AccountId, options.Value.WelcomeCreditCents, context.RequestAborted);
        await freePlan.BeginAsync(user.AccountId, context.RequestAborted);
        try
        {
            var result = await users.CreateAsync(user, password);
            if (result.Succeeded)
            {
                await audit.RecordAsync(AuditEntry.About(user, context, AuditAction.Registered), context.RequestAborted);
                await confirmation.SendAsync(user, context.RequestAborted);
                return user;
            }
            throw result.Errors.Any(error => error.Code.StartsWith("Duplicate", StringComparison.Ordinal))
                ? EmailTaken()
                : new InvalidInputException([.. result.Errors.Select(error => new FieldError("email", error.Description))]);
        }
        // Somebody registered the same address since the look-up.
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw EmailTaken();
        }
    }

    private static (string Email, string Password) Check(Credentials credentials)
    {
        var errors = new List<FieldError>();
        if (!EmailAddress.TryParse(credentials.Email, out var email))
            errors.Add(new FieldError("email", "Enter an e-mail address, such as name@example.com."));
        if (PasswordPolicy.Objection(credentials.Password, email) is { } objection)
            errors.Add(new FieldError("password", objection));
        return errors.Count == 0 ? (email!, credentials.Password!) : throw new InvalidInputException(errors);
    }

    private static AutoForgeException EmailTaken() => new("email_taken", "Somebody has registered with this e-mail address.");
}
