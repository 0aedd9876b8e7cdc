using System.Globalization;

namespace AutoForge.Server.Operations.Telemetry;

/// <summary>
/// The text format of Prometheus, version 0.0.4, with the names that OpenTelemetry prescribes for it: dots become
/// underscores, the unit is spelled out at the end, and counters end in <c>_total</c>.
/// </summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Of(IEnumerable<MetricFamily> families)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        foreach (var family in families.Where(f => f.Series.Count > 0).OrderBy(f => f.Name, StringComparer.Ordinal))
            Write(text, family);
        return text.ToString();
    }

    internal static string NameOf(MetricFamily family)
    {
        var name = Plain(family.Name);
        var unit = family.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            "1" when family.Kind == MetricKind.Gauge => "_ratio",
            _ => "",
        };
        if (!name.EndsWith(unit, StringComparison.Ordinal))
            name += unit;
        return family.Kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static void Write(StringWriter text, MetricFamily family)
    {
        var name = NameOf(family);
        if (family.Description.Length > 0)
            text.WriteLine($"# HELP {name} {family.Description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}");
        text.WriteLine($"# TYPE {name} {(family.Kind switch { MetricKind.Counter => "counter", MetricKind.Histogram => "histogram", _ => "gauge" })}");
        foreach (var series in family.Series)
        {
            var labels = string.Join(',', series.Tags.Select(tag => $"{Plain(tag.Key)}=\"{Escaped(tag.Value)}\""));
            if (family.Kind == MetricKind.Histogram)
                WriteHistogram(text, name, labels, series);
            else
                text.WriteLine($"{name}{Braced(labels)} {Number(series.Value)}");
        }
    }

    private static void WriteHistogram(StringWriter text, string name, string labels, MetricSeries series)
    {
        var total = 0L;
        foreach (var (bound, count) in series.Buckets)
        {
            total += count;
            text.WriteLine($"{name}_bucket{{{labels}{(labels.Length > 0 ? "," : "")}le=\"{Number(bound)}\"}} {total}");
        }
        text.WriteLine($"{name}_sum{Braced(labels)} {Number(series.Value)}");
        text.WriteLine($"{name}_count{Braced(labels)} {total}");
    }

    private static string Braced(string labels) => labels.Length == 0 ? "" : $"{{{labels}}}";

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Plain(string name) => string.Concat(name.Select((c, i) => char.IsAsciiLetter(c) || (i > 0 && char.IsAsciiDigit(c)) ? c : '_'));

    private static string Escaped(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
