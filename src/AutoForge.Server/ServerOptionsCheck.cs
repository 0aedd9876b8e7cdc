using AutoForge.Server.Operations.Telemetry;
using Microsoft.Extensions.Options;

namespace AutoForge.Server;

/// <summary>Refuses settings that would only fail later, in words that name the setting.</summary>
internal sealed class ServerOptionsCheck : IValidateOptions<ServerOptions>
{
    private const long MostWelcomeCreditCents = 1_000_000;

    public ValidateOptionsResult Validate(string? name, ServerOptions options)
    {
        var failures = new List<string>();
        if (options.PublicUrl.Length > 0 && !IsOrigin(options.PublicUrl))
            failures.Add($"AutoForge:PublicUrl is '{options.PublicUrl}'; it must be scheme, host and port only, such as https://flows.example.com.");
        if (options.WelcomeCreditCents is < 0 or > MostWelcomeCreditCents)
            failures.Add($"AutoForge:WelcomeCreditCents is {options.WelcomeCreditCents}; it must be between 0 and {MostWelcomeCreditCents}.");
        if (string.IsNullOrWhiteSpace(options.DataDirectory))
            failures.Add("AutoForge:DataDirectory is empty; name a directory, or leave the setting out.");
        if (options.Metrics.Token.Length is > 0 and < MetricsOptions.LeastLength)
            failures.Add($"AutoForge:Metrics:Token is too short; it must have at least {MetricsOptions.LeastLength} characters.");
        failures.AddRange(options.Smtp.Failures());

        return failures.Count > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.PathAndQuery == "/" && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0;
}
