using System.Text.Json;
using AutoForge.Server.Billing.Events;
using AutoForge.Server.Billing.Stripe;

namespace AutoForge.Server.Billing.Payments;

/// <summary>Amounts as the provider tells them: whole US cents, or not ours.</summary>
internal static class StripeAmount
{
    public const string Currency = "usd";

    /// <summary>The provider's own limit on one charge: eight digits of cents.</summary>
    private const long Most = 99_999_999;

    /// <summary>Null unless it is a possible amount of money.</summary>
    public static long? Cents(JsonElement thing, string name) => thing.Number(name) is { } cents and > 0 and <= Most ? cents : null;

    /// <summary>Why nothing in this object can be booked; null when it can.</summary>
    public static EventOutcome? RefusalOf(JsonElement thing) =>
        thing.Text("currency") is { } currency && currency != Currency ? EventOutcome.Refused($"The currency is {currency}.") : null;
}
