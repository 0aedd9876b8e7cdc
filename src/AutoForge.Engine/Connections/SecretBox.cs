using System.Security.Cryptography;

namespace AutoForge.Engine.Connections;

/// <summary>
/// Encrypts what must not be readable in a dump of the database: AES-256-GCM with a random nonce. The result is key id (16
/// bytes), nonce (12), ciphertext, tag (16).
/// </summary>
public sealed class SecretBox(KeyRing keys)
{
    private const int IdLength = 16;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int Overhead = IdLength + NonceLength + TagLength;

    /// <summary>What every new box begins with.</summary>
    internal byte[] CurrentPrefix => keys.Current.Id.ToByteArray(bigEndian: true);

    /// <summary>Encrypts.</summary>
    /// <param name="plaintext">May be empty.</param>
    /// <param name="associatedData">What the secret belongs to; only the same opens it, so that a row cannot be moved to another owner.</param>
    public byte[] Protect(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData)
    {
        var key = keys.Current;
        var box = new byte[Overhead + plaintext.Length];
        key.Id.TryWriteBytes(box, bigEndian: true, out _);
        var nonce = box.AsSpan(IdLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key.Cipher, TagLength);
        aes.Encrypt(nonce, plaintext, box.AsSpan(IdLength + NonceLength, plaintext.Length), box.AsSpan(box.Length - TagLength), associatedData);
        return box;
    }

    /// <summary>Decrypts what <see cref="Protect"/> made.</summary>
    /// <exception cref="AutoForgeException"><c>wrong_master_key</c>: its key is not here.</exception>
    /// <exception cref="CryptographicException">It was changed, or belongs to something else.</exception>
    public byte[] Unprotect(ReadOnlySpan<byte> box, ReadOnlySpan<byte> associatedData)
    {
        if (box.Length < Overhead)
            throw new CryptographicException("The encrypted value is cut off.");
        var key = keys.Find(new Guid(box[..IdLength], bigEndian: true))
            ?? throw new AutoForgeException("wrong_master_key", "A secret was encrypted with a master key that this server does not have.");
        var plaintext = new byte[box.Length - Overhead];
        using var aes = new AesGcm(key.Cipher, TagLength);
        aes.Decrypt(box.Slice(IdLength, NonceLength), box[(IdLength + NonceLength)..^TagLength], box[^TagLength..], plaintext, associatedData);
        return plaintext;
    }
}
