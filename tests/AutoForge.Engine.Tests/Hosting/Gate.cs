using System.Threading.Channels;
using AutoForge.Testing.Servers;
using Microsoft.AspNetCore.Http;

namespace AutoForge.Engine.Tests.Hosting;

/// <summary>Holds every request to a path until it is opened, and says when one has arrived.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<bool> _arrived = Channel.CreateUnbounded<bool>();

    public Gate(HttpTarget target, string path)
    {
        target.On(path, async context =>
        {
            _arrived.Writer.TryWrite(true);
            await _open.Task.WaitAsync(context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status200OK;
        });
    }

    /// <summary>Waits for the next request.</summary>
    public async Task ArrivedAsync() => await _arrived.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public void Open() => _open.TrySetResult();
}
