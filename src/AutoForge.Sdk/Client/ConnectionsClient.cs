namespace AutoForge.Client;

/// <summary>The stored credentials of the account. What is secret goes in and never comes out.</summary>
public sealed class ConnectionsClient
{
    private const string Path = "api/v1/connections";

    private readonly ApiTransport _transport;

    internal ConnectionsClient(ApiTransport transport) => _transport = transport;

    /// <summary>Stores a connection.</summary>
    /// <exception cref="AutoForgeApiException"><c>connection_invalid</c>, <c>connection_name_taken</c>.</exception>
    public Task<StoredConnection> CreateAsync(ConnectionDraft draft, CancellationToken cancellationToken = default) =>
        _transport.PostAsync(Path, Body(draft), ClientJson.Default.StoredConnection, cancellationToken);

    /// <summary>A connection by id.</summary>
    /// <exception cref="AutoForgeApiException"><c>not_found</c>.</exception>
    public Task<StoredConnection> GetAsync(Guid id, CancellationToken cancellationToken = default) =>
        _transport.GetAsync(PathOf(id), ClientJson.Default.StoredConnection, cancellationToken);

    /// <summary>All connections, by name.</summary>
    public IAsyncEnumerable<StoredConnection> ListAsync(CancellationToken cancellationToken = default) =>
        _transport.ListAsync(Path, default, ClientJson.Default.PageAnswerStoredConnection, cancellationToken);

    /// <summary>Changes a connection. Secrets that the draft leaves out stay; a null removes one. The type never changes.</summary>
    /// <exception cref="AutoForgeApiException"><c>not_found</c>, <c>connection_invalid</c>, <c>connection_name_taken</c>.</exception>
    public Task<StoredConnection> UpdateAsync(Guid id, ConnectionDraft draft, CancellationToken cancellationToken = default) =>
        _transport.PutAsync(PathOf(id), Body(draft), ClientJson.Default.StoredConnection, cancellationToken);

    /// <summary>Deletes a connection; steps that name it fail from now on.</summary>
    /// <exception cref="AutoForgeApiException"><c>not_found</c>.</exception>
    public Task DeleteAsync(Guid id, CancellationToken cancellationToken = default) =>
        _transport.DeleteAsync(PathOf(id), cancellationToken);

    /// <summary>Connects and signs in to the other side, without an effect there. That it does not work is a result, not an exception.</summary>
    /// <exception cref="AutoForgeApiException"><c>not_found</c>.</exception>
    public Task<ConnectionTest> TestAsync(Guid id, CancellationToken cancellationToken = default) =>
        _transport.PostAsync($"{PathOf(id)}/test", null, ClientJson.Default.ConnectionTest, cancellationToken);

    private static string PathOf(Guid id) => $"{Path}/{id}";

    private static HttpContent Body(ConnectionDraft draft) => ApiTransport.Body(draft, ClientJson.Default.ConnectionDraft);
}
