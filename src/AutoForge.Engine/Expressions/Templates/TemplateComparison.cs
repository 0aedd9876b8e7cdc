using System.Globalization;
using System.Text.Json.Nodes;

namespace AutoForge.Engine.Expressions.Templates;

/// <summary>
/// How eq, ne, gt and lt compare. As soon as one side is a number, text that reads as a number counts as one, since query strings
/// and forms only have text. Everything else is compared by what would be written, letter by letter.
/// </summary>
internal static class TemplateComparison
{
    public static bool AreEqual(object? left, object? right)
    {
        if (left is null || right is null)
            return left is null && right is null;
        if (left is JsonObject or JsonArray && right is JsonObject or JsonArray)
            return JsonNode.DeepEquals((JsonNode)left, (JsonNode)right);
        return Compare(left, right) == 0;
    }

    /// <summary>Below 0, 0 or above 0; null when a side is missing or text stands against a number.</summary>
    public static int? Compare(object? left, object? right)
    {
        if (TemplateData.Text(left) is not { } leftText || TemplateData.Text(right) is not { } rightText)
            return null;
        if (!IsNumber(left) && !IsNumber(right))
            return string.CompareOrdinal(leftText, rightText);
        if (decimal.TryParse(leftText, NumberStyles.Float, CultureInfo.InvariantCulture, out var exactLeft)
            && decimal.TryParse(rightText, NumberStyles.Float, CultureInfo.InvariantCulture, out var exactRight))
            return exactLeft.CompareTo(exactRight);

        // Beyond the range of decimal.
        return double.TryParse(leftText, NumberStyles.Float, CultureInfo.InvariantCulture, out var leftNumber)
            && double.TryParse(rightText, NumberStyles.Float, CultureInfo.InvariantCulture, out var rightNumber)
                ? leftNumber.CompareTo(rightNumber)
                : null;
    }

    private static bool IsNumber(object? value) => value is int or long or decimal or double or JsonValue;
}
