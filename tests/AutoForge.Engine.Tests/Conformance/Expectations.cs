using System.Text.Json.Nodes;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Workflows;

namespace AutoForge.Engine.Tests.Conformance;

/// <summary>What a case may expect, and how it is read off a result.</summary>
internal static class Expectations
{
    private static readonly Dictionary<string, Func<WalkResult, CompiledWorkflow, JsonNode, JsonNode?>> Readers = new(StringComparer.Ordinal)
    {
        // In Elsa a run that has faulted is finished too.
        ["status"] = (result, _, _) => result.End == WalkEnd.Suspended ? "Running" : "Finished",
        ["subStatus"] = (result, _, _) => result.End.ToString(),
        ["writtenLines"] = (result, _, _) => Texts(result.WrittenLines),
        ["writtenLinesUnordered"] = (result, _, expected) => SameItems(expected, result.WrittenLines) ? expected : Texts(result.WrittenLines),
        ["writtenLinesContains"] = (result, _, expected) => expected.AsArray().All(line => result.WrittenLines.Contains(line!.ToString())) ? expected : Texts(result.WrittenLines),
        ["bookmarkCount"] = (result, _, _) => result.Steps.Count(step => step.Status == StepStatus.Waiting),
        ["incidentCount"] = (result, _, _) => result.Incidents.Count,
        ["incidents"] = Incidents,
        ["faultedActivities"] = (result, _, _) => Texts(result.Incidents.Select(incident => incident.ActivityId)),
        ["activityOutcomes"] = (result, _, expected) => ForEach(expected, id => Texts(Last(result, id)?.Outcomes ?? [])),
        ["activityStatuses"] = (result, _, expected) => ForEach(expected, id => StatusOf(result, id)),
        ["completedCounts"] = (result, _, expected) => ForEach(expected, id => result.Steps.Count(step => step.ActivityId == id && step.Status == StepStatus.Completed)),
        ["variables"] = (result, _, expected) => ForEach(expected, name => StepValue.ToNode(result.Variables.GetValueOrDefault(name))),
        ["firstVariable"] = (result, _, _) => StepValue.ToNode(result.Variables.Values.FirstOrDefault()),
        ["output"] = (result, _, _) => result.Output.DeepClone(),
        ["instanceName"] = (result, _, _) => result.Name,
        ["correlationId"] = (result, _, _) => result.CorrelationId,
    };

    public static bool IsKnown(string expectation) => Readers.ContainsKey(expectation);

    /// <summary>What differs, one line each.</summary>
    public static IEnumerable<string> Differences(JsonObject expected, WalkResult result, CompiledWorkflow workflow)
    {
        foreach (var (name, value) in expected)
        {
            var actual = Readers[name](result, workflow, value!);
            if (!JsonNode.DeepEquals(Plain(value), Plain(actual)))
                yield return $"{name}: expected {value?.ToJsonString() ?? "null"}, but was {actual?.ToJsonString() ?? "null"}";
        }
    }

    private static JsonArray Incidents(WalkResult result, CompiledWorkflow workflow, JsonNode expected) =>
        [.. result.Incidents.Select((incident, at) => (JsonNode)new JsonObject
        {
            ["activityId"] = incident.ActivityId,
            ["activityType"] = workflow.Find(incident.NodeId)?.Activity is UnknownActivity ? "Elsa.NotFoundActivity" : incident.ActivityType,
            ["message"] = MessageOf(incident, (expected as JsonArray)?.ElementAtOrDefault(at)?["message"]?.ToString()),
            // A class of Elsa.
            ["exceptionType"] = (expected as JsonArray)?.ElementAtOrDefault(at)?["exceptionType"]?.DeepClone(),
        })];

    // Elsa keeps the cause of a failed input in an inner exception; here it follows the same words.
    private static string MessageOf(Incident incident, string? expected) =>
        incident.Fault.Code == StepFaults.InputError && expected is not null && incident.Fault.Message.StartsWith($"{expected}: ", StringComparison.Ordinal)
            ? expected
            : incident.Fault.Message;

    // Elsa leaves the containers of a faulted run as they stood; here a run that has ended has nothing running.
    private static string? StatusOf(WalkResult result, string id) => Last(result, id)?.Status switch
    {
        StepStatus.Cancelled when result.End == WalkEnd.Faulted => "Running",
        StepStatus.Cancelled => "Canceled",
        StepStatus.Failed => "Faulted",
        var status => status?.ToString(),
    };

    private static StepRecord? Last(WalkResult result, string id) => result.Steps.LastOrDefault(step => step.ActivityId == id);

    private static JsonObject ForEach(JsonNode expected, Func<string, JsonNode?> read) =>
        new(expected.AsObject().Select(entry => KeyValuePair.Create(entry.Key, read(entry.Key))));

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    private static bool SameItems(JsonNode expected, IEnumerable<string> actual) =>
        expected.AsArray().Select(line => line!.ToString()).Order(StringComparer.Ordinal).SequenceEqual(actual.Order(StringComparer.Ordinal));

    private static JsonNode? Plain(JsonNode? node) => node is null ? null : JsonNode.Parse(node.ToJsonString());
}
