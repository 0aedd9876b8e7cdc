using System.Text.Json.Nodes;
using AutoForge.Workflows;

namespace AutoForge.Client;

/// <summary>The workflows of the account.</summary>
public sealed class WorkflowsClient
{
    private const string Path = "api/v1/workflows";

    private readonly ApiTransport _transport;

    internal WorkflowsClient(ApiTransport transport) => _transport = transport;

    /// <summary>Stores a new workflow as a draft. It runs once it is published.</summary>
    /// <exception cref="AutoForgeApiException"><c>workflow_exists</c>, <c>workflow_name</c>, <c>workflow_root</c>, <c>workflow_id</c>, <c>too_many_steps</c>.</exception>
    public async Task<StoredWorkflow> CreateAsync(WorkflowDefinition definition, CancellationToken cancellationToken = default) =>
        StoredWorkflow.From(await _transport.PostAsync(Path, Body(definition), ClientJson.Default.JsonObject, cancellationToken));

    /// <inheritdoc cref="CreateAsync(WorkflowDefinition, CancellationToken)"/>
    /// <param name="document">Elsa 3 JSON.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    public Task<StoredWorkflow> CreateAsync(JsonObject document, CancellationToken cancellationToken = default) =>
        CreateAsync(new WorkflowDefinition(document), cancellationToken);

    /// <summary>The latest version.</summary>
    /// <exception cref="AutoForgeApiException"><c>not_found</c>.</exception>
    public async Task<StoredWorkflow> GetAsync(string definitionId, CancellationToken cancellationToken = default) =>
        StoredWorkflow.From(await _transport.GetAsync(PathOf(definitionId), ClientJson.Default.JsonObject, cancellationToken));

    /// <summary>All workflows, newest first, page by page as they are read.</summary>
    public IAsyncEnumerable<WorkflowSummary> ListAsync(CancellationToken cancellationToken = default) =>
        _transport.ListAsync(Path, default, ClientJson.Default.PageAnswerWorkflowSummary, cancellationToken);

    /// <summary>Saves the draft. When the latest version was published, this begins a new one; what is published runs on unchanged.</summary>
    /// <exception cref="AutoForgeApiException"><c>not_found</c>, <c>workflow_name</c>, <c>workflow_root</c>, <c>too_many_steps</c>.</exception>
    public async Task<StoredWorkflow> SaveAsync(string definitionId, WorkflowDefinition definition, CancellationToken cancellationToken = default) =>
        StoredWorkflow.From(await _transport.PutAsync(PathOf(definitionId), Body(definition), ClientJson.Default.JsonObject, cancellationToken));

    /// <summary>Switches the latest version on.</summary>
    /// <returns>What a successful run costs, and how the triggers are reached.</returns>
    /// <exception cref="AutoForgeApiException">
    /// <c>not_found</c>; <c>workflow_invalid</c>, with everything to mend in <see cref="AutoForgeApiException.Errors"/>.
    /// </exception>
    public Task<Publication> PublishAsync(string definitionId, CancellationToken cancellationToken = default) =>
        _transport.PostAsync($"{PathOf(definitionId)}/publish", null, ClientJson.Default.Publication, cancellationToken);

    /// <summary>Switches the workflow off: webhooks answer 410, schedules rest. Accepted runs go on.</summary>
    /// <exception cref="AutoForgeApiException"><c>not_found</c>.</exception>
    public async Task<StoredWorkflow> RetractAsync(string definitionId, CancellationToken cancellationToken = default) =>
        StoredWorkflow.From(await _transport.PostAsync($"{PathOf(definitionId)}/retract", null, ClientJson.Default.JsonObject, cancellationToken));

    /// <summary>Deletes the workflow; its runs and receipts stay.</summary>
    /// <exception cref="AutoForgeApiException"><c>not_found</c>.</exception>
    public Task DeleteAsync(string definitionId, CancellationToken cancellationToken = default) =>
        _transport.DeleteAsync(PathOf(definitionId), cancellationToken);

    /// <summary>Starts a run of the published version. When this returns, the run is durable and its price is on hold.</summary>
    /// <param name="definitionId">The workflow.</param>
    /// <param name="input">Its inputs by name; also <c>trigger.input</c> in expressions.</param>
    /// <param name="idempotencyKey">1 to 255 printable characters. The same key for the same workflow gives the same run, so that a call without an answer can be repeated.</param>
    /// <param name="correlationId">Up to 200 characters of your own that tie runs together.</param>
    /// <param name="cancellationToken">Stops waiting for the answer; the run may start all the same.</param>
    /// <exception cref="AutoForgeApiException"><c>not_found</c>, <c>workflow_not_published</c>, <c>insufficient_balance</c>.</exception>
    public Task<StartedRun> RunAsync(
        string definitionId, JsonObject? input = null, string? idempotencyKey = null, string? correlationId = null,
        CancellationToken cancellationToken = default) =>
        _transport.StartAsync($"{PathOf(definitionId)}/run", BodyOf(new RunBody(input, correlationId, DryRun: null)), idempotencyKey, cancellationToken);

    /// <summary>Tells what a run of the latest version would do and cost. Nothing outside is touched, nothing is stored or charged.</summary>
    /// <param name="definitionId">The workflow; it need not be published.</param>
    /// <param name="input">Stands for the workflow's inputs, and for the body of a webhook.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="AutoForgeApiException"><c>not_found</c>.</exception>
    public Task<DryRunReport> DryRunAsync(string definitionId, JsonObject? input = null, CancellationToken cancellationToken = default) =>
        _transport.PostAsync(
            $"{PathOf(definitionId)}/run", BodyOf(new RunBody(input, CorrelationId: null, DryRun: true)), ClientJson.Default.DryRunReport, cancellationToken);

    private static string PathOf(string definitionId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(definitionId);
        return $"{Path}/{Uri.EscapeDataString(definitionId)}";
    }

    private static HttpContent Body(WorkflowDefinition definition) => ApiTransport.Body(definition.Document, ClientJson.Default.JsonObject);

    private static HttpContent BodyOf(RunBody body) => ApiTransport.Body(body, ClientJson.Default.RunBody);
}

/// <summary>The body of a call that starts a run.</summary>
internal sealed record RunBody(JsonObject? Input, string? CorrelationId, bool? DryRun);
