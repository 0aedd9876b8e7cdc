using Microsoft.EntityFrameworkCore;

namespace AutoForge.Server.Accounts;

/// <summary>The users, for ASP.NET Core Identity. Built at the first sign-in, so that starting the server does not wait for its model.</summary>
internal sealed class AccountsDbContext(DbContextOptions<AccountsDbContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<User>(user =>
    {
        user.ToTable("users");
        user.HasKey(u => u.Id);
        user.Property(u => u.Id).HasColumnName("id").ValueGeneratedNever();
        user.Property(u => u.AccountId).HasColumnName("account_id");
        user.Property(u => u.Email).HasColumnName("email");
        user.Property(u => u.NormalizedEmail).HasColumnName("normalized_email");
        user.Property(u => u.UserName).HasColumnName("user_name");
        user.Property(u => u.NormalizedUserName).HasColumnName("normalized_user_name");
        user.Property(u => u.PasswordHash).HasColumnName("password_hash");
        user.Property(u => u.SecurityStamp).HasColumnName("security_stamp");
        user.Property(u => u.ConcurrencyStamp).HasColumnName("concurrency_stamp").IsConcurrencyToken();

        // Sign-in is throttled by address before a password is hashed, for unknown addresses too; Identity's lockout would
        // tell the known ones apart.
        user.Ignore(u => u.LockoutEnabled).Ignore(u => u.LockoutEnd).Ignore(u => u.AccessFailedCount);
        user.Ignore(u => u.EmailConfirmed).Ignore(u => u.TwoFactorEnabled);
        user.Ignore(u => u.PhoneNumber).Ignore(u => u.PhoneNumberConfirmed);
    });
}
