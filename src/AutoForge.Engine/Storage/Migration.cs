using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace AutoForge.Engine.Storage;

/// <summary>One numbered step of the schema: the embedded file <c>…Migrations.0001_name.sql</c>.</summary>
/// <param name="Number">Order of application; unique over all assemblies.</param>
/// <param name="Name">The rest of the file's name.</param>
/// <param name="Sql">What is run.</param>
internal sealed partial record Migration(int Number, string Name, string Sql)
{
    /// <summary>SHA-256 of the text in hexadecimal; the same for either kind of line ends, which depend on the checkout.</summary>
    public string Checksum =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>All of the assemblies' migrations in order.</summary>
    /// <exception cref="InvalidOperationException">Two have the same number.</exception>
    public static IReadOnlyList<Migration> In(IEnumerable<Assembly> assemblies)
    {
        var migrations = assemblies.Distinct()
            .SelectMany(assembly => assembly.GetManifestResourceNames().Select(name => Read(assembly, name)).OfType<Migration>())
            .OrderBy(migration => migration.Number)
            .ToList();

        var twice = migrations.GroupBy(migration => migration.Number).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? migrations : throw new InvalidOperationException($"Two migrations have the number {twice.Key}.");
    }

    private static Migration? Read(Assembly assembly, string resource)
    {
        if (ResourceName().Match(resource) is not { Success: true } match)
            return null;
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
        return new Migration(int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture), match.Groups["name"].Value, reader.ReadToEnd());
    }

    [GeneratedRegex(@"\.Migrations\.(?<number>\d{4})_(?<name>\w+)\.sql$", RegexOptions.CultureInvariant)]
    private static partial Regex ResourceName();
}
