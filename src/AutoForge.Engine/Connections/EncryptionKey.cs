using System.Security.Cryptography;
using System.Text;

namespace AutoForge.Engine.Connections;

/// <summary>A master key under its id. What encrypts, and what proves that it is the right key, are derived from it apart.</summary>
internal sealed class EncryptionKey
{
    public const int Length = 32;

    public EncryptionKey(Guid id, byte[] master)
    {
        Id = id;
        Master = master;
        CheckValue = CheckValueOf(id, master);
        Cipher = HKDF.DeriveKey(HashAlgorithmName.SHA256, master, Length, id.ToByteArray(bigEndian: true), "AutoForge encryption"u8.ToArray());
    }

    public Guid Id { get; }

    public byte[] Master { get; }

    /// <summary>Stored beside the id; tells nothing about the key.</summary>
    public byte[] CheckValue { get; }

    /// <summary>For AES-256-GCM.</summary>
    public byte[] Cipher { get; }

    public static EncryptionKey Generate() => new(Ids.NewId(), RandomNumberGenerator.GetBytes(Length));

    /// <summary>Whether <paramref name="master"/> is the key that the check value was made with.</summary>
    public static bool Matches(Guid id, byte[] master, byte[] checkValue) =>
        CryptographicOperations.FixedTimeEquals(CheckValueOf(id, master), checkValue);

    /// <exception cref="AutoForgeException"><c>invalid_master_key</c>.</exception>
    public static byte[] Parse(string text, string source)
    {
        var bytes = new byte[Length];
        return Convert.TryFromBase64String(text.Trim(), bytes, out var written) && written == Length
            ? bytes
            : throw new AutoForgeException("invalid_master_key", $"{source} must be {Length} bytes in base64; make one with: openssl rand -base64 {Length}");
    }

    private static byte[] CheckValueOf(Guid id, byte[] master) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, master, 16, id.ToByteArray(bigEndian: true), Encoding.ASCII.GetBytes("AutoForge key check"));
}
