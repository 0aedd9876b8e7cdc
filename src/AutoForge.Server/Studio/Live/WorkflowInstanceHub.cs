using AutoForge.Server.Accounts;
using Microsoft.AspNetCore.SignalR;

namespace AutoForge.Server.Studio.Live;

/// <summary>Where Studio's viewer asks to be told about a run. Everything else goes from the server to the viewer.</summary>
internal sealed class WorkflowInstanceHub(LiveRuns live) : Hub
{
    // The viewer opens a connection for each of its three parts, and observes one run with each.
    private const int MostPerConnection = 16;
    private static readonly object RunsKey = new();

    private HashSet<Guid> Runs => (HashSet<Guid>)(Context.Items[RunsKey] ??= new HashSet<Guid>());

    /// <summary>Begins to tell this connection about a run of the caller's own account.</summary>
    /// <exception cref="HubException">Absent, deleted, or another account's: all the same to the caller.</exception>
    public async Task ObserveInstanceAsync(string instanceId)
    {
        if (!Guid.TryParse(instanceId, out var runId) || (!Runs.Contains(runId) && Runs.Count >= MostPerConnection))
            throw NotFound();
        Runs.Add(runId);
        if (!await live.JoinAsync(Context.ConnectionId, Context.User!.AccountId(), runId, Context.ConnectionAborted))
            throw NotFound();
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        live.Leave(Context.ConnectionId, Runs);
        return Task.CompletedTask;
    }

    private static HubException NotFound() => new("There is no such run.");
}
