using System.Text.Json.Nodes;
using AutoForge.Testing.Running;

namespace AutoForge.Engine.Tests.Hosting;

/// <summary>Activities that tests draw often.</summary>
internal static class Steps
{
    public static JsonObject Request(string id, string method, string url, params (string Name, JsonObject Value)[] inputs) =>
        Draw.Activity(id, "AutoForge.HttpRequest", [("method", Draw.Literal(method)), ("url", Draw.Literal(url)), .. inputs]);

    public static JsonObject Delay(string id, TimeSpan time) => Draw.Activity(id, "Elsa.Delay", ("timeSpan", Draw.Literal(time.ToString("c"))));

    public static JsonObject Fault(string id) => Draw.Activity(id, "Elsa.Fault", ("message", Draw.Literal("On purpose.")));

    public static JsonObject Name(string id, string template) => Draw.Activity(id, "Elsa.SetName", ("value", Draw.Template(template)));
}
