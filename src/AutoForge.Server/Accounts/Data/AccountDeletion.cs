using AutoForge.Server.Accounts.Passwords;
using AutoForge.Server.Api.Problems;
using AutoForge.Server.Mail;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AutoForge.Server.Accounts.Data;

/// <summary>Deletes an account for good, on its user's wish.</summary>
/// <remarks>
/// Ledger entries stay, and of each run the row that they refer to: books must be kept, and <c>ledger verify</c> must
/// still prove them. They name the account by an id that nobody's name belongs to any more.
/// </remarks>
internal sealed class AccountDeletion(PasswordProof proof, UserManager<User> users, ErasureRooms rooms, ServerMail mail)
{
    /// <exception cref="InvalidInputException">The password is wrong, or the address is not the user's own.</exception>
    /// <exception cref="AutoForgeException"><c>payment_provider</c>, <c>payments_off</c>: the subscription goes on. Nothing was erased.</exception>
    public async Task DeleteAsync(string? password, string? email, HttpContext context)
    {
        var user = await proof.DemandAsync(password, context);
        if (!string.Equals(email?.Trim(), user.Email, StringComparison.OrdinalIgnoreCase))
            throw new InvalidInputException("email", "Type your e-mail address as it stands on this page.");

        // Once begun it is finished, whether or not somebody waits for the answer.
        // 1. Nobody is charged for an account that is gone. Crash from here on: the user still is, and asks again.
        await rooms.Billing.EndAsync(user.AccountId, CancellationToken.None);
        // 2. What the account has stored.
        await rooms.EraseAsync(user.AccountId, CancellationToken.None);
        // 3. Sessions, keys and the second factor go with the users.
        foreach (var member in await users.Users.Where(member => member.AccountId == user.AccountId).ToListAsync(CancellationToken.None))
            await users.DeleteAsync(member);
        // 4. What a request of theirs has stored between the two. Crash before: it is content that nobody can reach.
        await rooms.EraseAsync(user.AccountId, CancellationToken.None);
        await rooms.Audit.EraseAsync(user.AccountId, CancellationToken.None);
        await mail.SendAsync(new MailText(user.Email!, "Your account was deleted",
            """
            Your AutoForge account has been deleted, with its workflows, connections, runs and keys. If it had
            a subscription or a saved card, the one was cancelled and the other is forgotten.

            What the law makes us keep are the bookings of its ledger, without your name or address.
            """), CancellationToken.None);
    }
}
