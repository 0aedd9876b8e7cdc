using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace AutoForge.Testing.Servers;

/// <summary>What the stand-in of Stripe takes and gives: parameters by path, objects as they are when they are new.</summary>
internal static class StripeShapes
{
    private const string Customers = "customers";
    private const string Sessions = "checkout/sessions";
    // Sessions that save a card take other parameters than those that are paid.
    private const string Setups = "checkout/sessions?mode=setup";
    private const string Portal = "billing_portal/sessions";
    private const string Intents = "payment_intents";

    // A star stands for metadata keys; an exclamation mark says that it must be there.
    private static readonly Dictionary<string, string[]> Parameters = new()
    {
        [Customers] = ["email", "metadata[*]"],
        [Portal] = ["!customer", "!return_url"],
        [Intents] =
        [
            "!amount", "!currency", "!customer", "!payment_method", "!off_session", "!confirm", "description", "metadata[*]",
        ],
        [Setups] =
        [
            "!mode", "!customer", "client_reference_id", "!success_url", "cancel_url", "!payment_method_types[0]", "setup_intent_data[metadata][*]",
        ],
        [Sessions] =
        [
            "!mode", "customer", "client_reference_id", "!success_url", "cancel_url", "invoice_creation[enabled]", "metadata[*]",
            "!line_items[0][quantity]", "line_items[0][price]", "line_items[0][price_data][currency]", "line_items[0][price_data][unit_amount]",
            "line_items[0][price_data][product_data][name]", "line_items[0][price_data][recurring][interval]",
            "payment_intent_data[metadata][*]", "payment_intent_data[setup_future_usage]", "subscription_data[metadata][*]",
        ],
    };

    /// <summary>The first parameter that is not known, or that is missing.</summary>
    public static string? Unknown(string path, Dictionary<string, string> form)
    {
        if (!Parameters.TryGetValue(path == Sessions && form.GetValueOrDefault("mode") == "setup" ? Setups : path, out var known))
            return path;
        var names = known.Select(name => name.TrimStart('!')).ToList();
        return form.Keys.FirstOrDefault(given => !names.Exists(name => Matches(name, given)))
            ?? known.FirstOrDefault(name => name[0] == '!' && !form.ContainsKey(name[1..]))?[1..];
    }

    /// <summary>What is found below a path; null = nothing.</summary>
    public static string? KindAt(string path) => path switch
    {
        Customers => "customer",
        Sessions => "checkout.session",
        Intents => "payment_intent",
        "subscriptions" => "subscription",
        "events" => "event",
        _ => null,
    };

    public static JsonObject New(string path, IReadOnlyDictionary<string, string> form, Uri address) => path switch
    {
        Customers => new JsonObject { ["id"] = "cus_" + Ids.NewText(), ["object"] = "customer", ["email"] = form.GetValueOrDefault("email") },
        Portal => new JsonObject { ["id"] = "bps_" + Ids.NewText(), ["object"] = "billing_portal.session", ["customer"] = form["customer"], ["url"] = $"{address}portal/{form["customer"]}", ["return_url"] = form["return_url"] },
        Intents => new JsonObject
        {
            ["id"] = "pi_" + Ids.NewText(),
            ["object"] = "payment_intent",
            ["status"] = "succeeded",
            ["amount"] = Number(form, "amount"),
            ["amount_received"] = Number(form, "amount"),
            ["currency"] = form["currency"],
            ["customer"] = form["customer"],
            ["metadata"] = Metadata(form, "metadata"),
        },
        Sessions => NewSession(form, address),
        _ => throw new InvalidOperationException($"Nothing is made at {path}."),
    };

    public static IResult Error(int status, string code, string message) =>
        Results.Json(new JsonObject { ["error"] = new JsonObject { ["type"] = "invalid_request_error", ["code"] = code, ["message"] = message } }, statusCode: status);

    private static JsonObject NewSession(IReadOnlyDictionary<string, string> form, Uri address)
    {
        var id = "cs_test_" + Ids.NewText();
        return new JsonObject
        {
            ["id"] = id,
            ["object"] = "checkout.session",
            ["url"] = $"{address}pay/{id}",
            ["mode"] = form["mode"],
            ["payment_status"] = "unpaid",
            ["currency"] = form.GetValueOrDefault("line_items[0][price_data][currency]", "usd"),
            ["amount_total"] = Number(form, "line_items[0][price_data][unit_amount]"),
            ["client_reference_id"] = form.GetValueOrDefault("client_reference_id"),
            ["customer"] = form.GetValueOrDefault("customer"),
            ["success_url"] = form["success_url"],
            ["price"] = form.GetValueOrDefault("line_items[0][price]"),
            ["subscription_metadata"] = Metadata(form, "subscription_data[metadata]"),
            ["setup_metadata"] = Metadata(form, "setup_intent_data[metadata]"),
        };
    }

    private static JsonObject Metadata(IReadOnlyDictionary<string, string> form, string name)
    {
        var metadata = new JsonObject();
        foreach (var (key, value) in form.Where(field => field.Key.StartsWith(name + "[", StringComparison.Ordinal)))
            metadata[key[(name.Length + 1)..^1]] = value;
        return metadata;
    }

    private static long Number(IReadOnlyDictionary<string, string> form, string name) =>
        long.Parse(form.GetValueOrDefault(name, "0"), NumberStyles.None, CultureInfo.InvariantCulture);

    private static bool Matches(string name, string given) => name.EndsWith("[*]", StringComparison.Ordinal)
        ? given.StartsWith(name[..^2], StringComparison.Ordinal) && given.EndsWith(']')
        : given == name;
}
