using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;

namespace AutoForge.Bench.Profiling;

/// <summary>What the .NET runtime of another process says about its memory, once a second, until stopped.</summary>
internal sealed class RuntimeCounters : IDisposable
{
    private readonly EventPipeSession _session;
    private readonly Task _reading;
    private readonly Dictionary<string, double> _sums = [];
    private double _seconds;

    private RuntimeCounters(EventPipeSession session)
    {
        _session = session;
        _reading = Task.Run(Read);
    }

    public static async Task<RuntimeCounters> StartAsync(int process)
    {
        var provider = new EventPipeProvider("System.Runtime", EventLevel.Informational, 0,
            new Dictionary<string, string> { ["EventCounterIntervalSec"] = "1" });
        return new RuntimeCounters(await new DiagnosticsClient(process).StartEventPipeSessionAsync([provider], requestRundown: false));
    }

    /// <summary>Rates over the whole seconds that were seen.</summary>
    public async Task<MemoryRates> StopAsync()
    {
        await _session.StopAsync(CancellationToken.None);
        await _reading;
        double PerSecond(string counter) => _sums.GetValueOrDefault(counter) / _seconds;
        return new MemoryRates(PerSecond("alloc-rate"), PerSecond("gen-0-gc-count"), PerSecond("gen-1-gc-count"), PerSecond("gen-2-gc-count"));
    }

    private void Read()
    {
        using var source = new EventPipeEventSource(_session.EventStream);
        source.Dynamic.All += e =>
        {
            if (e.EventName != "EventCounters" || e.PayloadValue(0) is not IDictionary<string, object> wrapper
                || wrapper["Payload"] is not IDictionary<string, object> counter || !counter.TryGetValue("Increment", out var increment))
            {
                return;
            }
            var name = (string)counter["Name"];
            _sums[name] = _sums.GetValueOrDefault(name) + (double)increment;
            if (name == "alloc-rate")
                _seconds += (float)counter["IntervalSec"];
        };
        source.Process();
    }

    public void Dispose() => _session.Dispose();
}
