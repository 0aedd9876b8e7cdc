using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace AutoForge.Client;

/// <summary>How the client reads and writes JSON; generated when the Sdk is built, so that trimmed programs work too.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemAnswer))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(StoredWorkflow))]
[JsonSerializable(typeof(PageAnswer<WorkflowSummary>))]
[JsonSerializable(typeof(Publication))]
[JsonSerializable(typeof(RunBody))]
[JsonSerializable(typeof(StartedRun))]
[JsonSerializable(typeof(DryRunReport))]
[JsonSerializable(typeof(Run))]
[JsonSerializable(typeof(PageAnswer<Run>))]
[JsonSerializable(typeof(PageAnswer<RunStep>))]
[JsonSerializable(typeof(ReplayBody))]
[JsonSerializable(typeof(ReplayPreview))]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(Balance))]
[JsonSerializable(typeof(PageAnswer<LedgerEntry>))]
[JsonSerializable(typeof(ConnectionDraft))]
[JsonSerializable(typeof(StoredConnection))]
[JsonSerializable(typeof(PageAnswer<StoredConnection>))]
[JsonSerializable(typeof(ConnectionTest))]
internal sealed partial class ClientJson : JsonSerializerContext;
