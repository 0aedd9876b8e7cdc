using System.Buffers.Binary;

namespace AutoForge.Server.Tests.EndToEnd;

/// <summary>What a guess costs, on the server as it is shipped: the nodes of other tests hash quickly.</summary>
public sealed class PasswordHashTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const int DefaultOfIdentity = 100_000;

    [Fact]
    public async Task Register_Password_IsHashedAtMoreThanTheDefaultCost()
    {
        using var account = await fixture.Server.RegisterAsync();

        var hash = Convert.FromBase64String(await fixture.ScalarAsync<string>("SELECT password_hash FROM users"));

        // Format 1 of ASP.NET Core Identity: marker, function, iterations, length of the salt; four bytes each but the first.
        Assert.Equal(1, hash[0]);
        Assert.True(BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(5)) > DefaultOfIdentity);
    }
}
