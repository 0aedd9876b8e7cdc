using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace AutoForge.Testing;

/// <summary>Lets a test wait for an event that the code only logs.</summary>
/// <param name="id">Which one.</param>
public class SignallingLogger(int id) : ILogger
{
    private readonly Channel<string> messages = Channel.CreateUnbounded<string>();

    /// <summary>The message of the next such event, past ones that were not taken first.</summary>
    public ValueTask<string> NextAsync(CancellationToken cancellationToken = default) => messages.Reader.ReadAsync(cancellationToken);

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Id == id)
            messages.Writer.TryWrite(formatter(state, exception));
    }

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
}

/// <inheritdoc cref="SignallingLogger"/>
/// <typeparam name="T">The category.</typeparam>
public sealed class SignallingLogger<T>(int id) : SignallingLogger(id), ILogger<T>;
