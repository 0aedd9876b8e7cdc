using System.Text.Encodings.Web;
using System.Text.Json;
using AutoForge.Reliability.Broken;
using AutoForge.Reliability.Figures;

namespace AutoForge.Reliability;

/// <summary>The one thing that is written to standard output.</summary>
/// <param name="Passed">Every figure that was asked for has passed, every broken build was caught.</param>
internal sealed record Verdict(
    int Seed, double Minutes, double Seconds, IReadOnlyList<FigureVerdict> Figures, IReadOnlyList<BreakageVerdict> Broken, bool Passed)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public static Verdict FromJson(string json) => JsonSerializer.Deserialize<Verdict>(json, Json)!;
}
