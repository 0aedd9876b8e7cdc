using System.Text.Json.Nodes;
using AutoForge.Reliability.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Reliability.Load;

/// <summary>Makes the accounts and what they automate.</summary>
internal static class Drawings
{
    public static async Task<IReadOnlyList<Hook>> PublishAsync(Cluster cluster, int accounts)
    {
        var hooks = new List<Hook>();
        for (var i = 0; i < accounts; i++)
        {
            var owner = await ApiClient.RegisterAsync(cluster.Nodes[0].Address);
            foreach (var kind in Enum.GetValues<Kind>())
            {
                var publication = await owner.PublishAsync(Drawing(kind, cluster.Target));
                var token = publication["triggers"]![0]!["url"]?.GetValue<string>().Split('/')[^1] ?? "";
                hooks.Add(new Hook(kind, await AccountOfAsync(cluster, publication["definitionId"]!.GetValue<string>()), token, owner));
            }
        }
        return hooks;
    }

    private static JsonObject Drawing(Kind kind, Target target) => Draw.Chain(kind.ToString(), kind switch
    {
        Kind.Safe => [Draw.Webhook(), Request("GET", target, Target.Safe), Request("GET", target, Target.SafeAgain)],
        Kind.Unsafe => [Draw.Webhook(), Request("POST", target, Target.Unsafe)],
        Kind.Keyed => [Draw.Webhook(), Request("POST", target, Target.Keyed, ("safeToRepeat", Draw.Literal(true)))],
        Kind.Failing => [Draw.Webhook(), Request("POST", target, Target.Failing)],
        Kind.Resting => [Draw.Webhook(), Request("GET", target, Target.Rested), Delay("00:00:01"), Request("GET", target, Target.RestedAgain)],
        Kind.Cancelled => [Draw.Webhook(), Request("GET", target, Target.Cancelled), Delay("01:00:00")],
        Kind.Gated => [Draw.Webhook(), Request("GET", target, Target.Gated)],
        Kind.Scheduled =>
        [
            Draw.Trigger("clock", "AutoForge.Schedule",
                ("kind", Draw.Literal("minutes")), ("every", Draw.Literal(1)), ("catchUp", Draw.Literal("all"))),
            Request("GET", target, Target.Scheduled),
        ],
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    });

    private static JsonObject Request(string method, Target target, string path, params (string, JsonObject)[] more) =>
        Draw.Activity(path.Trim('/'), "AutoForge.HttpRequest",
        [
            ("method", Draw.Literal(method)),
            ("url", path == Target.Scheduled ? Draw.Literal(target.Url(path)) : Draw.Template(target.Url(path) + "?call={{ trigger.body.call }}")),
            .. more,
        ]);

    private static JsonObject Delay(string time) => Draw.Activity("rest", "Elsa.Delay", ("timeSpan", Draw.Literal(time)));

    private static async Task<Guid> AccountOfAsync(Cluster cluster, string workflowId)
    {
        await using var command = cluster.Postgres.Source.CreateCommand("SELECT account_id FROM triggers WHERE workflow_id = @workflow");
        command.Parameters.AddWithValue("workflow", workflowId);
        return (Guid)(await command.ExecuteScalarAsync())!;
    }
}
