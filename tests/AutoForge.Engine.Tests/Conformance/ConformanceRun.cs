using System.Text.Json.Nodes;
using AutoForge.Activities.Flow;
using AutoForge.Engine.Runs;
using AutoForge.Engine.Steps;
using AutoForge.Engine.Tests.Runs;
using AutoForge.Engine.Workflows;
using Microsoft.Extensions.DependencyInjection;

namespace AutoForge.Engine.Tests.Conformance;

/// <summary>Runs one case on the walker, in memory.</summary>
internal sealed class ConformanceRun(ConformanceCase one)
{
    private readonly TestRun _run = new(one.ReadDefinition())
    {
        Input = one.Input,
        CorrelationId = one.CorrelationId,
        Services = new ServiceCollection()
            .AddSingleton(new FlowchartOptions { Mode = one.IsTokenMode ? FlowchartMode.Token : FlowchartMode.Counter })
            .BuildServiceProvider(),
    };

    public CompiledWorkflow Workflow => _run.Workflow;

    public async Task<WalkResult> RunAsync()
    {
        WalkResult? result = null;
        foreach (var step in one.Steps)
        {
            result = step["op"]!.ToString() switch
            {
                "run" => await _run.WalkAsync(),
                "resume" => await ResumeAsync(result!, step["activityId"]?.ToString()),
                "resumeAll" => result!.NextDueAt is null ? result : await _run.WalkToEndAsync(),
                "wait" => await WaitAsync(result!, TimeSpan.FromMilliseconds(step["ms"]!.GetValue<int>())),
                var operation => throw new InvalidOperationException(operation),
            };
        }

        return await WaitAsync(result!, one.Settle);
    }

    public static bool CanDo(JsonObject step) => step["op"]!.ToString() switch
    {
        "run" or "resumeAll" or "wait" => true,
        "resume" => step["input"] is null && step["all"] is null,
        _ => false,
    };

    private async Task<WalkResult> ResumeAsync(WalkResult result, string? activityId)
    {
        var rows = _run.Journal.Rows.ToArray();
        if (rows.FirstOrDefault(row => row.Status == StepStatus.Waiting && (activityId ?? row.ActivityId) == row.ActivityId) is not { } waiting)
            return result;

        waiting.ResumeAt = _run.Clock.Now;
        return await _run.WalkAsync();
    }

    private async Task<WalkResult> WaitAsync(WalkResult result, TimeSpan time)
    {
        var until = _run.Clock.Now + time;
        while (result.NextDueAt is { } dueAt && dueAt <= until)
        {
            _run.Clock.Advance(dueAt - _run.Clock.Now);
            result = await _run.WalkAsync();
        }

        return result;
    }
}
