using System.Globalization;

namespace AutoForge.Client;

/// <summary>The query of an address, beginning with <c>?</c>; empty without parameters. Parameters without a value are left out.</summary>
internal readonly record struct QueryText(string? Text)
{
    public QueryText With(string name, string? value) =>
        string.IsNullOrEmpty(value) ? this : new($"{(string.IsNullOrEmpty(Text) ? "?" : Text + "&")}{name}={Uri.EscapeDataString(value)}");

    public QueryText With(string name, DateTimeOffset? value) => With(name, value?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));

    public override string ToString() => Text ?? "";
}
