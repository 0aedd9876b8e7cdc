using System.Collections.Concurrent;
using System.Globalization;
using AutoForge.Activities;
using AutoForge.Engine.Connections;
using AutoForge.Engine.Triggers.Signatures;

namespace AutoForge.Engine.Triggers;

/// <summary>Takes webhook calls: finds the trigger, checks who is calling, accepts the run.</summary>
public sealed class WebhookIntake
{
    /// <summary>Outgoing requests carry it, so that workflows that call each other cannot go round for ever.</summary>
    public const string DepthHeader = "AutoForge-Depth";
    private const int MaxDepth = 8;
    private const int MaxKeyLength = 255;

    // How long another node may go on using an old method list or secret. Whether the trigger is on, its version and its
    // price are read in the acceptance transaction and are never stale.
    private static readonly TimeSpan CacheTime = TimeSpan.FromSeconds(2);
    private const int MaxCached = 10_000;

    private readonly TriggerStore _triggers;
    private readonly RunAcceptance _acceptance;
    private readonly ConnectionStore _connections;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, Target> _cache = new(StringComparer.Ordinal);

    internal WebhookIntake(TriggerStore triggers, RunAcceptance acceptance, ConnectionStore connections, TimeProvider time)
    {
        _triggers = triggers;
        _acceptance = acceptance;
        _connections = connections;
        _time = time;
    }

    /// <summary>Whether there is such an address, before its body is read.</summary>
    public async ValueTask<bool> ExistsAsync(string token, CancellationToken cancellationToken) =>
        await FindAsync(token, cancellationToken) is not null;

    /// <summary>Returns after the run is durable, or with the reason why there is none.</summary>
    /// <exception cref="AutoForgeException">The call is malformed (<c>invalid_json</c>, <c>idempotency_key</c>), or it could not be made durable.</exception>
    public async Task<WebhookReceipt> ReceiveAsync(WebhookRequest request, CancellationToken cancellationToken)
    {
        if (await FindAsync(request.Token, cancellationToken) is not { } target)
            return new WebhookReceipt(WebhookOutcome.Unknown);
        var trigger = target.Trigger;
        // With a key it may be a repeat of a call that was accepted before: acceptance knows (reliability 16).
        var key = KeyOf(request);
        if (!trigger.Enabled && key is null)
            return new WebhookReceipt(WebhookOutcome.SwitchedOff);

        if (!target.Methods.Contains(request.Method, StringComparer.OrdinalIgnoreCase))
            return new WebhookReceipt(WebhookOutcome.MethodNotAllowed, Methods: target.Methods);
        if (target.Secret is { } secret
            && WebhookSignature.Verify(secret, request.Header, request.Body, _time.GetUtcNow()) != SignatureVerdict.Valid)
            return new WebhookReceipt(WebhookOutcome.BadSignature);

        var depth = DepthOf(request);
        return depth > MaxDepth
            ? new WebhookReceipt(WebhookOutcome.LoopTooDeep)
            : await AcceptAsync(trigger, request, key, depth, cancellationToken);
    }

    /// <summary>
    /// An event that the workflow's owner makes up: a run like any other, by the first method that the webhook takes, without a
    /// signature. <see cref="WebhookOutcome.Unknown"/>: the account has no such webhook, or it was never published.
    /// </summary>
    public async Task<WebhookReceipt> ReceiveTestAsync(
        Guid accountId, string workflowId, string activityId, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        if (await _triggers.FindWebhookAsync(accountId, workflowId, activityId, cancellationToken) is not { } trigger)
            return new WebhookReceipt(WebhookOutcome.Unknown);
        if (!trigger.Enabled)
            return new WebhookReceipt(WebhookOutcome.SwitchedOff);
        var request = new WebhookRequest
        {
            Token = trigger.Token!,
            Method = TriggerSettings.MethodsOf(trigger.Settings)[0],
            Headers = new Dictionary<string, string> { ["content-type"] = "application/json" },
            Query = [],
            ContentType = "application/json",
            Body = json,
        };
        return await AcceptAsync(trigger, request, key: null, depth: 0, cancellationToken);
    }

    private async Task<WebhookReceipt> AcceptAsync(
        TriggerRow trigger, WebhookRequest request, string? key, int depth, CancellationToken cancellationToken)
    {
        var acceptance = await _acceptance.AcceptAsync(
            new AcceptRequest
            {
                AccountId = trigger.AccountId,
                WorkflowId = trigger.WorkflowId,
                WorkflowName = trigger.WorkflowName,
                TriggerId = trigger.Id,
                TriggerType = trigger.Type,
                TriggerActivityId = trigger.ActivityId,
                Version = trigger.Version,
                PriceCents = trigger.PriceCents,
                Payload = TriggerPayload.Webhook(request),
                DedupKey = key,
                Depth = depth,
            },
            cancellationToken);

        if (acceptance.Outcome == AcceptOutcome.SwitchedOff)
            _cache.TryRemove(request.Token, out _);
        return acceptance.Outcome switch
        {
            AcceptOutcome.Accepted => new WebhookReceipt(WebhookOutcome.Accepted, acceptance.RunId, acceptance),
            AcceptOutcome.Duplicate => new WebhookReceipt(WebhookOutcome.Duplicate, acceptance.RunId, acceptance),
            AcceptOutcome.SwitchedOff => new WebhookReceipt(WebhookOutcome.SwitchedOff),
            _ => new WebhookReceipt(WebhookOutcome.Refused, Acceptance: acceptance),
        };
    }

    private async ValueTask<Target?> FindAsync(string token, CancellationToken cancellationToken)
    {
        if (_cache.TryGetValue(token, out var cached) && _time.GetElapsedTime(cached.ReadAt) < CacheTime)
            return cached;
        var readAt = _time.GetTimestamp();
        if (await _triggers.FindByTokenAsync(token, cancellationToken) is not { } trigger)
            return null;

        var target = new Target(
            trigger, TriggerSettings.MethodsOf(trigger.Settings), await SecretOfAsync(trigger, cancellationToken), readAt);
        if (_cache.Count >= MaxCached)
            _cache.Clear();
        _cache[token] = target;
        return target;
    }

    /// <summary>The name or id of a stored secret; any other text is the secret itself. Null = calls need no signature.</summary>
    private async ValueTask<string?> SecretOfAsync(TriggerRow trigger, CancellationToken cancellationToken)
    {
        if (TriggerSettings.SecretOf(trigger.Settings) is not { } configured)
            return null;
        try
        {
            var connection = await _connections.OpenAsync(trigger.AccountId, configured, "secret", cancellationToken);
            // An empty secret refuses every call: it fails closed.
            return connection.Secret("value") ?? "";
        }
        catch (FaultException)
        {
            return configured;
        }
    }

    private static string? KeyOf(WebhookRequest request)
    {
        var key = request.Header("Idempotency-Key") ?? request.Header("webhook-id");
        if (string.IsNullOrEmpty(key))
            return null;
        return key.Length <= MaxKeyLength && !key.Any(char.IsControl)
            ? key
            : throw new AutoForgeException("idempotency_key", $"The idempotency key must be 1 to {MaxKeyLength} printable characters.");
    }

    private static int DepthOf(WebhookRequest request) =>
        int.TryParse(request.Header(DepthHeader), NumberStyles.None, CultureInfo.InvariantCulture, out var depth) ? depth : 0;

    /// <summary>What is behind an address, as this node last read it.</summary>
    private sealed record Target(TriggerRow Trigger, IReadOnlyList<string> Methods, string? Secret, long ReadAt);
}
