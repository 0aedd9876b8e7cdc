using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using AutoForge.Engine.Telemetry;

namespace AutoForge.Engine.Tests.Telemetry;

/// <summary>Everything that one engine measures.</summary>
internal sealed class RecordedMetrics : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(string Name, double Value, string? Tag)> _measured = new();

    public RecordedMetrics(EngineMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == metrics.Meter)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>What was measured with the instrument, with a tag of this value or without any.</summary>
    public IReadOnlyList<double> Of(string name, string? tag = null) => [.. _measured.Where(m => m.Name == name && m.Tag == tag).Select(m => m.Value)];

    /// <summary>What a gauge says now; null = it does not know.</summary>
    public double? Gauge(string name)
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
        return Of(name) is [var value] ? value : null;
    }

    public void Dispose() => _listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Enqueue((instrument.Name, value, tags.Length == 0 ? null : (string?)tags[0].Value));
}
