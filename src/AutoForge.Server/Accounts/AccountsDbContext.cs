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
        user.Property(u => u.EmailConfirmed).HasColumnName("email_confirmed");
        user.Property(u => u.IsAdmin).HasColumnName("is_admin");
        user.Property(u => u.Name).HasColumnName("name");
        user.Property(u => u.TimeZone).HasColumnName("time_zone");
        user.Property(u => u.Language).HasColumnName("language");
        user.Property(u => u.ConcurrencyStamp).HasColumnName("concurrency_stamp").IsConcurrencyToken();

        // Sign-in is throttled by address before a password is hashed, for unknown addresses too; Identity's lockout would
        // tell the known ones apart.
        user.Ignore(u => u.LockoutEnabled).Ignore(u => u.LockoutEnd).Ignore(u => u.AccessFailedCount);
        // Authenticator apps have a table of their own, which keeps their secrets sealed.
        user.Ignore(u => u.TwoFactorEnabled);
        user.Ignore(u => u.PhoneNumber).Ignore(u => u.PhoneNumberConfirmed);
    });
}
