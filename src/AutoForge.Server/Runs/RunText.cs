using AutoForge.Engine.Runs;

namespace AutoForge.Server.Runs;

/// <summary>What pages say about runs.</summary>
internal static class RunText
{
    extension(RunView run)
    {
        public bool IsTerminal() => run.Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled;
    }
}
