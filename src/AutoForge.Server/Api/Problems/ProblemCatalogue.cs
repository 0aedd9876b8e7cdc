using System.Collections.Frozen;
using System.Text;

namespace AutoForge.Server.Api.Problems;

/// <summary>Every kind of problem the API answers with. A code, once published, keeps its meaning.</summary>
internal static class ProblemCatalogue
{
    private static readonly ProblemKind[] Kinds =
    [
        new("bad_request", 400, "The request is not valid", "Compare the request with the API description."),
        new("invalid_json", 400, "The body is not valid JSON", "Send one JSON value: no duplicate keys, at most 32 levels deep, of the described types."),
        new("idempotency_key", 400, "The idempotency key is not valid", "Send 1 to 255 printable characters."),
        new("form_expired", 400, "The form has expired", "Go back, load the page again and send the form once more. Nothing was changed."),
        new("stripe_signature", 400, "The payment event is not signed as it must be", "Compare the signing secret of the endpoint with the server's, and the clocks: an event is good for 300 seconds."),
        new("unauthenticated", 401, "Sign-in is required", "Send an access token or an API key as `Authorization: Bearer …`, or sign in."),
        new("invalid_credentials", 401, "E-mail address or password is wrong", "Check both; the answer does not say which one is wrong."),
        new("two_factor_required", 401, "A second factor is required", "Send `twoFactorCode` from the authenticator app, or `recoveryCode`, with the password."),
        new("invalid_refresh_token", 401, "The refresh token is not valid", "Sign in again."),
        new("bad_signature", 401, "The webhook call is not signed as it must be", "Sign it with the trigger's secret: Standard Webhooks, `X-Hub-Signature-256`, or the secret as bearer token."),
        new("insufficient_balance", 402, "The balance does not cover the price", "Add credit, then send it again. Nothing was started."),
        new("plan_limit_reached", 402, "The plan has no room for more", "Remove what is no longer used, or change the plan."),
        new("spend_cap_reached", 402, "A spend cap forbids the run", "The owner of the account can raise the cap. Nothing was started."),
        new("forbidden", 403, "This is not allowed", "Ask an administrator of the server."),
        new("session_required", 403, "This needs a person who is signed in", "Sign in; API keys cannot decide who gets into an account."),
        new("scope_missing", 403, "The API key lacks a scope", "Create a key with the scope that the detail names."),
        new("cross_origin", 403, "The request comes from another site", "Browser sessions may change things only from the server's own pages. Other callers use a token or an API key."),
        new("not_found", 404, "Not found", "It does not exist, or it belongs to another account."),
        new("method_not_allowed", 405, "This address does not take this method", "The `Allow` header lists the methods."),
        new("email_taken", 409, "The e-mail address is already registered", "Sign in, or register with another address."),
        new("two_factor_on", 409, "Two-factor is switched on already", "Switch it off first to set up another app."),
        new("two_factor_off", 409, "Two-factor is not switched on", "Set it up first."),
        new("too_many_api_keys", 409, "The account has too many API keys", "Delete one that is no longer used."),
        new("workflow_exists", 409, "There is already a workflow with this id", "Save it with PUT, or leave `definitionId` out."),
        new("workflow_not_published", 409, "The workflow is not published", "Publish it, or ask for a dry run."),
        new("price_list_conflict", 409, "Another price list was published at the same moment", "Look at it, then publish again."),
        new("connection_name_taken", 409, "There is already a connection with this name", "Choose another name."),
        new("run_terminal", 409, "The run has already ended", "Replay it to start it again."),
        new("run_not_terminal", 409, "The run has not ended yet", "Wait for its end, or cancel it."),
        new("run_not_failed", 409, "The run did not fail", "Replay it from the start."),
        new("already_subscribed", 409, "The account has a subscription already", "Change or cancel it on the page that `POST /api/billing/create-portal` names."),
        new("nothing_paid", 409, "The account has not paid anything yet", "Top up or choose a plan first."),
        new("workflow_switched_off", 410, "The workflow is switched off", "Its owner can publish it again; the address stays the same."),
        new("payload_too_large", 413, "The body is too large", "Send a smaller body."),
        new("unsupported_media_type", 415, "This content type is not understood", "Send `Content-Type: application/json`."),
        new("validation_failed", 422, "Some fields are not valid", "`errors` lists every field and what is wrong with it."),
        new("price_list_invalid", 422, "The price list is not valid", "The detail says which price is wrong."),
        new("invalid_link", 422, "The link is not valid any more", "Ask for a new one: links work once and for a limited time."),
        new("connection_invalid", 422, "The connection is not complete", "The detail says which setting or secret is missing or wrong."),
        new("workflow_invalid", 422, "The workflow cannot be published yet", "`errors` lists everything that must be mended, by activity and field."),
        new("workflow_name", 422, "The workflow needs a name", "Set `name` to 1 to 200 characters."),
        new("workflow_root", 422, "The workflow has no root activity", "Set `root` to an activity with a `type`, usually an `Elsa.Flowchart`."),
        new("workflow_id", 422, "The workflow's id is not valid", "Use up to 200 letters, digits and - _ . : or leave `definitionId` out."),
        new("too_many_steps", 422, "The workflow has too many activities", "Split it: a workflow holds up to 200."),
        new("rate_limited", 429, "Too many requests", "Wait for the number of seconds in `Retry-After`."),
        new("run_quota_reached", 429, "The plan allows no more runs today", "Send it again after `Retry-After` seconds, when the day (UTC) is over, or change the plan. Nothing was started."),
        new("loop_too_deep", 429, "Workflows call each other in a circle", "Break the circle: a webhook that a run calls may lead to 8 more."),
        new("internal_error", 500, "The server failed", "Try again; if it persists, give `traceId` to the operator."),
        new("payment_provider", 502, "The payment provider cannot be reached", "Try again in a moment. Nothing was charged."),
        new("database_unavailable", 503, "The database cannot be reached", "Try again after `Retry-After` seconds, with the same `Idempotency-Key`: what was stored after all is not stored twice."),
        new("payments_off", 503, "Payments are off on this server", "Its operator can set the keys of the payment provider, or add credit by hand."),
    ];

    private static readonly FrozenDictionary<string, ProblemKind> ByCode = Kinds.ToFrozenDictionary(kind => kind.Code);
    private static readonly FrozenDictionary<int, ProblemKind> ByStatus =
        Kinds.GroupBy(kind => kind.Status).ToFrozenDictionary(group => group.Key, group => group.First());

    /// <summary>The kind of a code. A code that is not listed is the caller's mistake all the same: 422.</summary>
    public static ProblemKind Find(string code) =>
        ByCode.GetValueOrDefault(code) ?? new ProblemKind(code, 422, "The request cannot be carried out", "");

    /// <summary>For answers that carry a status and nothing else: the first kind listed with it.</summary>
    public static ProblemKind ForStatus(int status) =>
        ByStatus.GetValueOrDefault(status) ?? ByStatus[status >= 500 ? 500 : 400] with { Status = status };

    /// <summary>The table in <c>docs/problems.md</c>.</summary>
    public static string ToMarkdown()
    {
        var table = new StringBuilder("| code | status | title | what to do |\n|---|---|---|---|\n");
        foreach (var kind in Kinds)
            table.Append($"| <a id=\"{kind.Code}\"></a>`{kind.Code}` | {kind.Status} | {kind.Title} | {kind.Advice} |\n");
        return table.ToString();
    }
}
