using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Etlx;
using Microsoft.Diagnostics.Tracing.EventPipe;
using Microsoft.Diagnostics.Tracing.Parsers;

namespace AutoForge.Bench.Profiling;

/// <summary>
/// Samples the stacks of another .NET process, a thousand times a second each thread, and says which methods it was in. Counts
/// samples in managed code only: time in system calls and in the runtime itself is not seen, and methods without loops or
/// calls are seen a little later than they ran.
/// </summary>
internal sealed class CpuProfile
{
    private const string Sampler = "Microsoft-DotNETCore-SampleProfiler";
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";

    private readonly Dictionary<string, (int Exclusive, int Inclusive)> _methods = [];
    private int _samples;

    /// <summary>Takes a profile of a process for a time.</summary>
    public static async Task<CpuProfile> TakeAsync(int process, Func<Task> meanwhile)
    {
        var trace = Path.Combine(Path.GetTempPath(), $"{Ids.NewText()}.nettrace");
        try
        {
            var client = new DiagnosticsClient(process);
            using (var session = await client.StartEventPipeSessionAsync(
                [
                    new EventPipeProvider(Sampler, EventLevel.Informational),
                    // The names of the methods.
                    new EventPipeProvider(Runtime, EventLevel.Informational, (long)ClrTraceEventParser.Keywords.Default),
                ],
                requestRundown: true, circularBufferMB: 256, CancellationToken.None))
            {
                await using var file = File.Create(trace);
                var copying = session.EventStream.CopyToAsync(file);
                await meanwhile();
                await session.StopAsync(CancellationToken.None);
                await copying;
            }
            return Read(trace);
        }
        finally
        {
            File.Delete(trace);
            File.Delete(Path.ChangeExtension(trace, ".etlx"));
        }
    }

    private static CpuProfile Read(string trace)
    {
        var profile = new CpuProfile();
        using var log = new TraceLog(TraceLog.CreateFromEventPipeDataFile(trace));
        // Not OfType: the events can only be enumerated by their own type.
        foreach (var e in log.Events)
        {
            if (e is ClrThreadSampleTraceData { Type: ClrThreadSampleType.Managed } sample && sample.CallStack() is { } stack)
                profile.Add(stack);
        }
        return profile;
    }

    private void Add(TraceCallStack stack)
    {
        _samples++;
        var seen = new HashSet<string>();
        for (TraceCallStack? frame = stack; frame is not null; frame = frame.Caller)
        {
            var name = frame.CodeAddress.FullMethodName is { Length: > 0 } method ? method : $"[{frame.CodeAddress.ModuleName}]";
            var (exclusive, inclusive) = _methods.GetValueOrDefault(name);
            _methods[name] = (exclusive + (seen.Count == 0 ? 1 : 0), inclusive + (seen.Add(name) ? 1 : 0));
        }
    }

    /// <summary>The methods that burn most, by their own code and by what they call.</summary>
    public void Write(TextWriter output, int top)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_samples} samples in managed code"));
        Print("own", m => m.Exclusive);
        Print("with what it calls", m => m.Inclusive);

        void Print(string title, Func<(int Exclusive, int Inclusive), int> of)
        {
            output.WriteLine($"\n{title}");
            foreach (var (name, counts) in _methods.OrderByDescending(m => of(m.Value)).Take(top))
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(double)of(counts) / _samples,7:0.00%}  {name}"));
        }
    }
}
