namespace AutoForge.Server.Accounts.Keys;

/// <summary>Authenticated encryption by the engine's key ring.</summary>
internal delegate byte[] SealBytes(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData);

/// <summary>Undoes <see cref="SealBytes"/>; throws when the bytes or the associated data are not those that were sealed.</summary>
internal delegate byte[] OpenBytes(ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> associatedData);

/// <summary>How keys of cookies and tokens are encrypted at rest: a dump of the database alone forges no session.</summary>
internal sealed record KeySeal(SealBytes Seal, OpenBytes Open)
{
    /// <summary>Keeps these ciphertexts apart from those of connections.</summary>
    public static ReadOnlySpan<byte> Purpose => "data-protection"u8;
}
