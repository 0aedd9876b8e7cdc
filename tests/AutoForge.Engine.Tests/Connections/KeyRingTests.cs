using System.Security.Cryptography;
using AutoForge.Engine.Connections;
using AutoForge.Testing;

namespace AutoForge.Engine.Tests.Connections;

public sealed class KeyRingTests : IAsyncLifetime
{
    private static readonly string KeyA = Convert.ToBase64String(Enumerable.Repeat((byte)1, 32).ToArray());
    private static readonly string KeyB = Convert.ToBase64String(Enumerable.Repeat((byte)2, 32).ToArray());

    private readonly TestDirectory _directory = new();
    private readonly SignallingLogger<KeyRing> _warnings = new(7000);
    private TestDatabase _database = null!;

    private string KeyPath => Path.Combine(_directory.Path, "keys", "master.key");

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Open_NothingConfigured_NodesThatStartTogetherShareOneKey()
    {
        var rings = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => OpenAsync(new())));
        var sealedByFirst = new SecretBox(rings[0]).Protect("text"u8, "owner"u8);
        Assert.All(rings, ring => Assert.Equal("text"u8.ToArray(), new SecretBox(ring).Unprotect(sealedByFirst, "owner"u8)));
        Assert.Single(await StoredKeysAsync());
        Assert.Contains("AutoForge:MasterKey", await _warnings.NextAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_KeyFile_MadeOnceForItsOwnerAndNotStored()
    {
        var first = await OpenAsync(new() { KeyFile = KeyPath });
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
        Assert.Equal([null], await StoredKeysAsync());
        var second = await OpenAsync(new() { KeyFile = KeyPath });
        Assert.Equal("x"u8.ToArray(), new SecretBox(second).Unprotect(new SecretBox(first).Protect("x"u8, []), []));
    }

    [Fact]
    public async Task Open_CrashAfterTheKeyFile_FileIsUsed()
    {
        KeyFile.Write(KeyPath, Convert.FromBase64String(KeyA));
        Assert.Equal(Convert.FromBase64String(KeyA), (await OpenAsync(new() { KeyFile = KeyPath })).Current.Master);
    }

    [Fact]
    public async Task Open_KeyFileIsLost_SaysSoAndMakesNoOther()
    {
        await OpenAsync(new() { KeyFile = KeyPath });
        File.Delete(KeyPath);
        var e = await Assert.ThrowsAsync<AutoForgeException>(() => OpenAsync(new() { KeyFile = KeyPath }));
        Assert.Equal("wrong_master_key", e.Code);
        Assert.Contains(KeyPath, e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(KeyPath));
    }

    [Fact]
    public async Task Open_WrongMasterKey_Refused()
    {
        await OpenAsync(new() { MasterKey = KeyA });
        Assert.Equal("wrong_master_key", (await Assert.ThrowsAsync<AutoForgeException>(() => OpenAsync(new() { MasterKey = KeyB }))).Code);
        Assert.Equal("wrong_master_key", (await Assert.ThrowsAsync<AutoForgeException>(() => OpenAsync(new()))).Code);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Open_MasterKeyIsNoKey_Refused(string key) =>
        Assert.Equal("invalid_master_key", (await Assert.ThrowsAsync<AutoForgeException>(() => OpenAsync(new() { MasterKey = key }))).Code);

    [Fact]
    public async Task Open_StoredKeyBecomesMasterKey_LeavesTheDatabase()
    {
        var before = await OpenAsync(new());
        var box = new SecretBox(before).Protect("x"u8, []);
        var after = await OpenAsync(new() { MasterKey = Convert.ToBase64String(before.Current.Master) });
        Assert.Equal("x"u8.ToArray(), new SecretBox(after).Unprotect(box, []));
        Assert.Equal([null], await StoredKeysAsync());
    }

    [Fact]
    public async Task Open_NewMasterKey_OldSecretsStayReadable()
    {
        var box = new SecretBox(await OpenAsync(new() { MasterKey = KeyA })).Protect("x"u8, []);
        var ring = await OpenAsync(new() { MasterKey = KeyB, PreviousMasterKeys = { KeyA } });
        Assert.Equal("x"u8.ToArray(), new SecretBox(ring).Unprotect(box, []));
        Assert.Equal(Convert.FromBase64String(KeyB), ring.Current.Master);
    }

    [Fact]
    public async Task Unprotect_AnyChange_Refused()
    {
        var secrets = new SecretBox(await OpenAsync(new() { MasterKey = KeyA }));
        var box = secrets.Protect("secret text"u8, "owner"u8);
        Assert.Equal(16 + 12 + 11 + 16, box.Length);
        Assert.NotEqual(box, secrets.Protect("secret text"u8, "owner"u8));
        Assert.ThrowsAny<CryptographicException>(() => secrets.Unprotect(box, "other"u8));
        Assert.ThrowsAny<CryptographicException>(() => secrets.Unprotect(box.AsSpan(0, 40), "owner"u8));
        for (var i = 0; i < box.Length; i++)
        {
            var changed = (byte[])box.Clone();
            changed[i] ^= 1;
            var e = Assert.ThrowsAny<Exception>(() => secrets.Unprotect(changed, "owner"u8));
            Assert.True(i < 16 ? e is AutoForgeException { Code: "wrong_master_key" } : e is CryptographicException);
        }
    }

    private Task<KeyRing> OpenAsync(KeyRingOptions options) =>
        KeyRing.OpenAsync(_database.DataSource, options, _warnings, TestContext.Current.CancellationToken);

    private async Task<List<byte[]?>> StoredKeysAsync()
    {
        await using var command = _database.DataSource.CreateCommand("SELECT value FROM encryption_keys");
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var values = new List<byte[]?>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            values.Add(reader.IsDBNull(0) ? null : reader.GetFieldValue<byte[]>(0));
        return values;
    }
}
