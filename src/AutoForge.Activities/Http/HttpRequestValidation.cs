using System.Globalization;
using AutoForge.Connections;

namespace AutoForge.Activities.Http;

/// <summary>Finds at publishing what would fail in every run. Fields with options are checked against those already.</summary>
internal static class HttpRequestValidation
{
    public static void Validate(ActivityValidation validation, int maxTimeoutSeconds, int maxRetries)
    {
        Try(validation, "url", text => EgressUrl.Parse(text));
        Try(validation, "headers", text => HeaderFields.Read(text));
        Try(validation, "contentType", text => HeaderFields.Check("Content-Type", text));
        Try(validation, "expectedStatusCodes", text => ExpectedStatus.Read(text));
        Range(validation, "timeoutSeconds", 1, maxTimeoutSeconds);
        Range(validation, "retries", 0, maxRetries);
    }

    private static void Try(ActivityValidation validation, string field, Action<string> read)
    {
        if (validation.Literal(field) is not { } text || string.IsNullOrWhiteSpace(text))
            return;
        try
        {
            read(text);
        }
        catch (FaultException e)
        {
            validation.Add(field, e.Fault.Message);
        }
    }

    private static void Range(ActivityValidation validation, string field, int min, int max)
    {
        if (validation.Literal(field) is { Length: > 0 } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < min || number > max))
            validation.Add(field, $"Must be a whole number from {min} to {max}.");
    }
}
