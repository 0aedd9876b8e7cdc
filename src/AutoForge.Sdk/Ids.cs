namespace AutoForge;

/// <summary>The one place where identifiers are made.</summary>
public static class Ids
{
    /// <summary>A version 7 UUID: unique, and later ids sort after earlier ones, so that primary keys grow at their end.</summary>
    public static Guid NewId() => Guid.CreateVersion7();

    /// <summary>The same as 32 hexadecimal digits, for ids that travel as text (workflow definitions).</summary>
    public static string NewText() => NewId().ToString("N");
}
