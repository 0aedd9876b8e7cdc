using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AutoForge.Testing.Servers;

/// <summary>
/// The part of Stripe that we use, on a loopback port: API, the page where people pay, and signed events. As strict as
/// Stripe: a parameter it does not know, a missing key or version is an error.
/// </summary>
public sealed class StripeServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _sender = new();
    private readonly ConcurrentDictionary<string, JsonObject> _things = new();
    private readonly ConcurrentDictionary<string, Lazy<JsonObject>> _answers = new();
    private readonly ConcurrentQueue<StripeRequest> _requests = new();
    private int _answersToLose;

    private StripeServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.MapGet("/pay/{id}", ShowPayment);
        _app.MapPost("/pay/{id}", PayPageAsync);
        _app.MapGet("/portal/{customer}", ShowPortal);
        _app.MapPost("/portal/{customer}", CancelAsync);
        _app.MapPost("/v1/{**path}", AnswerPostAsync);
        _app.MapGet("/v1/{**path}", AnswerGetAsync);
        _app.MapDelete("/v1/{**path}", AnswerDelete);
    }

    /// <summary>For <c>AutoForge:Stripe:ApiBase</c>.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Who gets the events; set it once that server has started.</summary>
    public Uri? WebhookAddress
    {
        get => _sender.BaseAddress;
        set => _sender.BaseAddress = value;
    }

    /// <summary>What was asked for, in order, repeats of an idempotency key included.</summary>
    public IReadOnlyList<StripeRequest> Requests => [.. _requests];

    /// <summary>Loses that many of the next answers, after the thing was made.</summary>
    public void LoseAnswers(int count) => Interlocked.Exchange(ref _answersToLose, count);

    /// <summary>Answers the next requests with this status and code instead.</summary>
    public ConcurrentQueue<(int Status, string Code)> Failures { get; } = new();

    public static async Task<StripeServer> StartAsync()
    {
        var server = new StripeServer();
        await server._app.StartAsync();
        server.Address = new Uri(server._app.Urls.Single());
        return server;
    }

    /// <summary>An object as it is now, to be changed before an event tells of it.</summary>
    public JsonObject Thing(string id) => _things[id];

    /// <summary>The objects of a kind that carry this in their metadata.</summary>
    public IReadOnlyList<JsonObject> Made(string kind, string key, string value) =>
        [.. _things.Values.Where(thing => thing["object"]?.GetValue<string>() == kind && thing["metadata"]?[key]?.GetValue<string>() == value)];

    /// <summary>Keeps an object that the API then answers with.</summary>
    public JsonObject Keep(JsonObject thing) => _things[thing["id"]!.GetValue<string>()] = thing;

    /// <summary>Sends a signed event that must be taken.</summary>
    public async Task SendAsync(string type, JsonObject thing, DateTimeOffset? at = null)
    {
        var sent = Keep(StripeEvents.Event(type, thing.DeepClone().AsObject()));
        if (at is { } created)
            sent["created"] = created.ToUnixTimeSeconds();
        using var response = await StripeEvents.DeliverAsync(_sender, sent);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Pays a session as somebody does who fills in the page.</summary>
    public async Task PayAsync(string sessionUrl)
    {
        var session = _things[sessionUrl[(sessionUrl.LastIndexOf('/') + 1)..]];
        if (session["mode"]!.GetValue<string>() == "setup")
        {
            await SaveCardAsync(session);
            return;
        }
        if (session["mode"]!.GetValue<string>() == "payment")
        {
            session["payment_status"] = "paid";
            session["payment_intent"] ??= "pi_" + Ids.NewText();
        }
        else
        {
            session["payment_status"] = "paid";
            session["subscription"] ??= NewSubscription(session)["id"]!.GetValue<string>();
        }
        await SendAsync("checkout.session.completed", session);
        if (session["subscription"]?.GetValue<string>() is { } subscription)
        {
            await SendAsync("customer.subscription.created", _things[subscription]);
            await SendAsync("invoice.paid", NewInvoice(_things[subscription]));
        }
    }

    private async Task SaveCardAsync(JsonObject session)
    {
        var setup = Keep(new JsonObject
        {
            ["id"] = "seti_" + Ids.NewText(),
            ["object"] = "setup_intent",
            ["status"] = "succeeded",
            ["usage"] = "off_session",
            ["customer"] = session["customer"]!.DeepClone(),
            ["payment_method"] = "pm_" + Ids.NewText(),
            ["metadata"] = session["setup_metadata"]!.DeepClone(),
        });
        session["setup_intent"] = setup["id"]!.DeepClone();
        session["payment_status"] = "no_payment_required";
        await SendAsync("setup_intent.succeeded", setup);
        await SendAsync("checkout.session.completed", session);
    }

    /// <summary>The invoice of a subscription's current period.</summary>
    public static JsonObject NewInvoice(JsonObject subscription) => new()
    {
        ["id"] = "in_" + Ids.NewText(),
        ["object"] = "invoice",
        ["currency"] = "usd",
        ["customer"] = subscription["customer"]!.DeepClone(),
        ["subscription"] = subscription["id"]!.DeepClone(),
        ["billing_reason"] = "subscription_cycle",
        ["amount_paid"] = 2900,
        ["status"] = "paid",
    };

    private JsonObject NewSubscription(JsonObject session)
    {
        var now = TimeProvider.System.GetUtcNow();
        return Keep(new JsonObject
        {
            ["id"] = "sub_" + Ids.NewText(),
            ["object"] = "subscription",
            ["status"] = "active",
            ["customer"] = session["customer"]!.DeepClone(),
            ["current_period_end"] = now.AddDays(30).ToUnixTimeSeconds(),
            ["cancel_at_period_end"] = false,
            ["metadata"] = session["subscription_metadata"]!.DeepClone(),
            ["items"] = new JsonObject
            {
                ["data"] = new JsonArray(new JsonObject { ["price"] = new JsonObject { ["id"] = session["price"]?.DeepClone() } }),
            },
        });
    }

    private IResult ShowPayment(string id) => _things.TryGetValue(id, out var session)
        ? Results.Content(
            $"""
            <!DOCTYPE html><html lang="en"><head><title>Pay</title></head><body><h1>Pay {session["amount_total"]} cents</h1>
            <form method="post"><button>Pay</button></form></body></html>
            """, "text/html")
        : Results.NotFound();

    private async Task<IResult> PayPageAsync(string id)
    {
        await PayAsync("/" + id);
        return Results.Redirect(_things[id]["success_url"]!.GetValue<string>().Replace("{CHECKOUT_SESSION_ID}", id, StringComparison.Ordinal));
    }

    private IResult ShowPortal(string customer) => Of("billing_portal.session", customer) is null
        ? Results.NotFound()
        : Results.Content(
            """
            <!DOCTYPE html><html lang="en"><head><title>Subscription</title></head><body><h1>Your subscription</h1>
            <form method="post"><button>Cancel the plan</button></form></body></html>
            """, "text/html");

    /// <summary>At the end of what is paid for, as the portal does it.</summary>
    private async Task<IResult> CancelAsync(string customer)
    {
        var subscription = Of("subscription", customer)!;
        subscription["cancel_at_period_end"] = true;
        await SendAsync("customer.subscription.updated", subscription);
        return Results.Redirect(Of("billing_portal.session", customer)!["return_url"]!.GetValue<string>());
    }

    private JsonObject? Of(string kind, string customer) => _things.Values.FirstOrDefault(
        thing => thing["object"]?.GetValue<string>() == kind && thing["customer"]?.GetValue<string>() == customer);

    private async Task<IResult> AnswerPostAsync(string path, HttpRequest request)
    {
        if (!request.HasFormContentType)
            return StripeShapes.Error(400, "parameter_invalid", "Send a form.");
        var form = (await request.ReadFormAsync()).ToDictionary(field => field.Key, field => field.Value.ToString());
        var key = request.Headers["Idempotency-Key"].ToString();
        _requests.Enqueue(new StripeRequest("POST", "/v1/" + path, form, key));
        if (Refuse(request) is { } refusal)
            return refusal;
        if (key.Length == 0)
            return StripeShapes.Error(400, "idempotency_key_missing", "Every POST carries a key.");
        if (StripeShapes.Unknown(path, form) is { } unknown)
            return StripeShapes.Error(400, "parameter_unknown", $"Unknown parameter or missing one: {unknown}.");
        // The same key is answered with the same thing.
        var answer = _answers.GetOrAdd(key, _ => new(() => Keep(StripeShapes.New(path, form, Address)))).Value;
        if (Interlocked.Decrement(ref _answersToLose) >= 0)
            request.HttpContext.Abort();
        return Results.Json(answer);
    }

    private IResult AnswerGetAsync(string path, HttpRequest request)
    {
        _requests.Enqueue(new StripeRequest("GET", "/v1/" + path, new Dictionary<string, string>(), ""));
        if (Refuse(request) is { } refusal)
            return refusal;
        var name = path.LastIndexOf('/');
        return name > 0 && _things.TryGetValue(path[(name + 1)..], out var thing) && thing["object"]?.GetValue<string>() == StripeShapes.KindAt(path[..name])
            ? Results.Json(thing)
            : StripeShapes.Error(404, "resource_missing", "No such thing.");
    }

    // What is gone cannot go again. A customer takes its subscriptions along.
    private IResult AnswerDelete(string path, HttpRequest request)
    {
        _requests.Enqueue(new StripeRequest("DELETE", "/v1/" + path, new Dictionary<string, string>(), ""));
        if (Refuse(request) is { } refusal)
            return refusal;
        var (kind, id) = (StripeShapes.KindAt(path[..Math.Max(0, path.LastIndexOf('/'))]), path[(path.LastIndexOf('/') + 1)..]);
        if (kind is not ("subscription" or "customer") || !_things.TryGetValue(id, out var thing) || thing["status"]?.GetValue<string>() == "canceled")
            return StripeShapes.Error(404, "resource_missing", "No such thing.");
        if (kind == "subscription")
        {
            thing["status"] = "canceled";
            return Results.Json(thing);
        }
        _things.TryRemove(id, out _);
        foreach (var subscription in _things.Values.Where(t => t["object"]?.GetValue<string>() == "subscription" && t["customer"]?.GetValue<string>() == id))
            subscription["status"] = "canceled";
        return Results.Json(new JsonObject { ["id"] = id, ["object"] = "customer", ["deleted"] = true });
    }

    private IResult? Refuse(HttpRequest request)
    {
        if (request.Headers.Authorization != "Bearer " + StripeEvents.SecretKey)
            return StripeShapes.Error(401, "api_key_invalid", "Invalid API key.");
        if (request.Headers["Stripe-Version"].ToString().Length == 0)
            return StripeShapes.Error(400, "version_missing", "Pin the version.");
        return Failures.TryDequeue(out var failure) ? StripeShapes.Error(failure.Status, failure.Code, "Told to fail.") : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _sender.Dispose();
    }
}

/// <summary>What a request to the API looked like.</summary>
public sealed record StripeRequest(string Method, string Path, IReadOnlyDictionary<string, string> Form, string IdempotencyKey);
